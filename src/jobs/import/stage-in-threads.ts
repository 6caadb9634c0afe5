import { availableParallelism } from 'node:os'
import { resourceLimits, Worker } from 'node:worker_threads'
import type { DatasetType } from '../../datasets/dataset-type.ts'
import type { ImportStore } from '../../store/import-store.ts'
import type { StoredObject } from '../objects/objects.ts'
import { columnsIn } from '../tables/read-tables.ts'
import type { Reading } from './stage-tables.ts'
import type { FromThread, StagedFile, ThreadOfImport } from './staging-thread.ts'

/** Less is staged before the threads have started. */
const BYTES_MIN = 8 << 20

/**
 * How many threads stage the files of an import at the same time. Of records the last of an id stands, in the order of
 * the files, so theirs are staged one after the other. Interactions are in no order.
 */
export function threadsFor(imports: ImportStore, type: DatasetType, files: readonly StoredObject[]): number {
  const bytes = files.reduce((sum, { size }) => sum + size, 0)
  if (!type.endsWith('INTERACTIONS') || bytes < BYTES_MIN) return 1
  return Math.min(files.length, imports.writers, availableParallelism())
}

type Import = Omit<ThreadOfImport, 'stopped'>

interface InThreads {
  readonly threads: number
  /** Is kept up to date. */
  readonly progress: Reading
  /** Is told of the progress. */
  readonly report: (progress: Reading) => void
}

/**
 * Stages the rows of files in threads, each with a file at a time and connections of its own. Returns the results in
 * the order of the files. Returns undefined where a file fails, or has other columns than another. No thread says why
 * in the words of all files, so the caller reads these once more. When it returns or throws nothing is under way.
 */
export async function stageInThreads(
  data: Import,
  files: readonly StoredObject[],
  { threads, progress, report }: InThreads,
): Promise<readonly StagedFile[] | undefined> {
  const stopped = new Int32Array(new SharedArrayBuffer(4))
  const waiting = files.entries()
  const staged: StagedFile[] = []
  const work = async () => {
    const thread = openThread({ ...data, stopped }, more => {
      progress.rows += more.rows
      progress.bytes += more.bytes
      report(progress)
    })
    try {
      for (const [i, file] of waiting) {
        if (Atomics.load(stopped, 0) === 1) break
        const result = await thread.stage(file)
        if ('staged' in result) staged[i] = result.staged
        else Atomics.store(stopped, 0, 1)
      }
    } catch (error) {
      Atomics.store(stopped, 0, 1)
      throw error
    } finally {
      await thread.close()
    }
  }
  const ended = await Promise.allSettled(Array.from({ length: threads }, work))
  for (const end of ended) if (end.status === 'rejected') throw end.reason
  const headers = staged.map(({ header }) => header).filter(header => header.length > 0)
  const columns = new Set(headers.map(header => [...columnsIn(header).keys()].sort().join()))
  return Atomics.load(stopped, 0) === 0 && columns.size === 1 ? staged : undefined
}

function openThread(data: ThreadOfImport, progress: (more: { readonly rows: number; readonly bytes: number }) => void) {
  const thread = new Worker(new URL('./staging-thread.ts', import.meta.url), { workerData: data, resourceLimits })
  const exited = new Promise<void>(resolve => thread.once('exit', () => resolve()))
  const failed = new Promise<never>((_, reject) => thread.once('error', reject))
  failed.catch(() => {}) // thrown where a file is awaited
  return {
    stage(file: StoredObject) {
      const result = new Promise<Exclude<FromThread, { rows: number }>>(resolve => {
        thread.on('message', function onMessage(message: FromThread) {
          if ('rows' in message) return progress(message)
          thread.off('message', onMessage)
          resolve(message)
        })
      })
      thread.postMessage(file)
      return Promise.race([result, failed])
    },
    async close(): Promise<void> {
      thread.postMessage('close')
      await exited
    },
  }
}
