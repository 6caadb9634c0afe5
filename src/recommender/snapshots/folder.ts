import { readdir, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { Store } from '../../store/store.ts'
import { originOf, sameOrigin } from './origin.ts'
import { openSnapshot } from './snapshot-file.ts'

const ENDING = '.events'
/** A part that nobody has written to for so long was left by a process that was killed. */
const PART_KEPT_MS = 3_600_000

/** Where trainings keep snapshots of events on this machine. */
export interface KeptSnapshots {
  readonly dataDir: string
  /** From how many events on: fewer are read from the store in seconds. */
  readonly least: number
}

/** The snapshots of datasets in a data directory: a file each, which is brought up to date by trainings. */
export interface SnapshotFolder {
  pathOf(dataset: number): string
  /** Deletes that of a dataset that an import or a deletion changed. */
  forget(dataset: number): Promise<void>
  /** Deletes those of datasets that were deleted or changed, and what killed processes left. */
  sweep(store: Store): Promise<void>
}

/** Returns the folder in a data directory, which need not be there. */
export function snapshotsIn(dataDir: string): SnapshotFolder {
  const folder = join(dataDir, 'snapshots')
  const pathOf = (dataset: number) => join(folder, `${dataset}${ENDING}`)
  return {
    pathOf,
    forget: dataset => rm(pathOf(dataset), { force: true }),
    async sweep(store) {
      const names = await readdir(folder).catch(() => [])
      if (names.length === 0) return
      const datasets = await store.resources.list({ kind: 'dataset' })
      const found = new Map(datasets.map(dataset => [`${dataset.id}${ENDING}`, dataset]))
      for (const name of names) {
        const path = join(folder, name)
        const dataset = found.get(name)
        const isKept = name.endsWith('.part')
          ? await isRecent(path)
          : dataset && (await isOf(path, store, { ...dataset, datasetGroupArn: dataset.parent! }))
        if (!isKept) await rm(path, { force: true })
      }
    },
  }
}

async function isRecent(path: string): Promise<boolean> {
  const { mtimeMs } = await stat(path).catch(() => ({ mtimeMs: 0 }))
  return mtimeMs > Date.now() - PART_KEPT_MS
}

async function isOf(path: string, store: Store, dataset: Parameters<typeof originOf>[1]): Promise<boolean> {
  await using file = await openSnapshot(path)
  return file !== undefined && sameOrigin(file.of, await originOf(store, dataset))
}
