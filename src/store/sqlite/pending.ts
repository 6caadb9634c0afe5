import type { StoredRecord } from '../rows.ts'
import { writeRows } from './puts.ts'
import type { WriterClient } from './writer-client.ts'

/** Puts are brought into `records` when none came for so long, or when so many wait: some 90,000 calls of 10 users. */
const IDLE_MS = 50
const WAITING_BYTES_MAX = 96 * 1024 * 1024

/** What a waiting record takes in memory besides its id. */
const RECORD_BYTES = 100

/** Knows which puts are acknowledged and not yet in `records`, so that `get` finds them in the log. */
export interface PendingPuts {
  put(dataset: number, records: readonly StoredRecord[]): Promise<void>
  /** The number of the newest put of this id that waits or waited a moment ago. */
  newest(dataset: number, id: string): number | undefined
  close(): void
}

/** Every put acknowledged so far is in `records` when it resolves; those that come meanwhile need not be. */
export async function applyPuts(writer: WriterClient): Promise<void> {
  const upTo = await writer.write('lastPut', {})
  while (await writer.write('applyPuts', { upTo }));
}

export function openPendingPuts(writer: WriterClient): PendingPuts {
  // Two generations: while the older one is being applied, the fresh one takes what comes.
  let fresh = new Generation()
  let older = new Generation()
  let applying: Promise<void> | undefined
  let timer: NodeJS.Timeout | undefined

  const applyAll = async () => {
    // Where the last round failed (a full disk), the older generation still waits, and this round is for it.
    if (older.bytes === 0) {
      older = fresh
      fresh = new Generation()
    }
    await applyPuts(writer)
    older = new Generation()
  }
  const startRound = () => {
    clearTimeout(timer)
    timer = undefined
    applying ??= applyAll().finally(() => {
      applying = undefined
    })
    return applying
  }
  return {
    async put(dataset, records) {
      // So many wait that memory would grow without bound: then a put waits for the round under way.
      if (fresh.bytes >= WAITING_BYTES_MAX) await startRound()
      const seq = await writer.write('putRecords', { dataset, rows: writeRows(records) })
      fresh.add(dataset, records, seq)
      if (fresh.bytes >= WAITING_BYTES_MAX) startRound().catch(() => {})
      else if (timer) timer.refresh()
      else timer = setTimeout(() => startRound().catch(() => {}), IDLE_MS).unref()
    },
    newest: (dataset, id) => fresh.get(dataset, id) ?? older.get(dataset, id),
    close: () => clearTimeout(timer),
  }
}

/** By id the number of the put alone: the records themselves are in the log. */
class Generation {
  bytes = 0
  readonly #datasets = new Map<number, Map<string, number>>()

  add(dataset: number, records: readonly StoredRecord[], seq: number): void {
    const byId = this.#datasets.getOrInsertComputed(dataset, () => new Map())
    for (const { id } of records) {
      byId.set(id, seq)
      this.bytes += id.length + RECORD_BYTES
    }
  }

  get(dataset: number, id: string): number | undefined {
    return this.#datasets.get(dataset)?.get(id)
  }
}
