import { parentPort, workerData } from 'node:worker_threads'
import { MissingCells, type MissingCounts } from '../../datasets/missing-values.ts'
import { openSharedStore } from '../../store/open.ts'
import type { StoreHandle } from '../../store/store.ts'
import { datasetOfJob } from '../dataset.ts'
import { JobFailure } from '../failure.ts'
import type { StoredObject } from '../objects/objects.ts'
import { type ObjectsOptions, openObjects } from '../objects/open.ts'
import { openOldRows } from './old-rows.ts'
import { type Place, stageTables } from './stage-tables.ts'

/** The import whose files a thread stages. */
export interface ThreadOfImport extends ObjectsOptions, Place {
  readonly handle: StoreHandle
  readonly datasetArn: string
  readonly isStrict: boolean
  /** Interactions with an earlier timestamp are counted. */
  readonly before: number | undefined
  /** Of all files. */
  readonly bytesTotal: number
  /** Its first entry is 1 once nothing more is to be staged. */
  readonly stopped: Int32Array
}

/** A message from the thread: its progress since the last, or that its file is staged, or that it cannot be. */
export type FromThread =
  | { readonly rows: number; readonly bytes: number }
  | { readonly staged: StagedFile }
  | { readonly failed: string }

/** The result of staging a file. */
export interface StagedFile {
  readonly rows: number
  /** The names of its columns; none where it is empty. */
  readonly header: readonly string[]
  readonly missing: MissingCounts | undefined
  /** How many of its rows are old. */
  readonly old: number
}

const { handle, datasetArn, isStrict, before, stopped, generation, seq, bytesTotal, ...options } =
  workerData as ThreadOfImport

async function stage(file: StoredObject): Promise<FromThread> {
  const missing = isStrict ? undefined : new MissingCells()
  const progress = { rows: 0, bytes: 0, bytesTotal }
  const told = { rows: 0, bytes: 0 }
  const old = openOldRows(store.imports, before)
  let header: readonly string[] = []
  const tell = () => {
    parentPort!.postMessage({
      rows: progress.rows - told.rows,
      bytes: progress.bytes - told.bytes,
    } satisfies FromThread)
    Object.assign(told, progress)
    if (Atomics.load(stopped, 0) === 1) throw new JobFailure('stopped')
  }
  try {
    await stageTables({
      imports: old.imports,
      objects,
      dataset,
      files: [file],
      place: { generation, seq },
      missing,
      progress,
      onEmpty: () => {},
      onHeader: names => {
        header = names
      },
      onRows: tell,
    })
    return { staged: { rows: progress.rows, header, missing: missing?.counts(), old: old.count } }
  } catch (error) {
    if (!(error instanceof JobFailure)) throw error
    return { failed: error.message }
  }
}

const store = await openSharedStore(handle)
const [dataset, objects] = await Promise.all([datasetOfJob(store, datasetArn), openObjects(options)])

parentPort!.on('message', async (file: StoredObject | 'close') => {
  if (file !== 'close') return parentPort!.postMessage(await stage(file))
  await store.close()
  parentPort!.close()
})
