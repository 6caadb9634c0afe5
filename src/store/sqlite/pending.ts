import type { FoundRecord, StoredRecord } from '../rows.ts'
import { readRows, writeRows } from './puts.ts'
import type { WriterClient } from './writer-client.ts'

/** Puts are brought into `records` when none came for so long, or when so many wait: some 35,000 calls of 10 users. */
const IDLE_MS = 50
const WAITING_BYTES_MAX = 64 * 1024 * 1024

/** What a waiting record takes in memory besides its text. */
const RECORD_BYTES = 100

/** Puts that are acknowledged and not yet in `records`, so that `get` gives them. */
export interface PendingPuts {
  put(dataset: number, records: readonly StoredRecord[]): Promise<void>
  /** The newest put of this id after the put numbered `applied`. */
  newest(dataset: number, id: string, applied: number): FoundRecord | undefined
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
      const rows = writeRows(records)
      const seq = await writer.write('putRecords', { dataset, rows })
      fresh.add(dataset, records, { seq, rows })
      if (fresh.bytes >= WAITING_BYTES_MAX) startRound().catch(() => {})
      else if (timer) timer.refresh()
      else timer = setTimeout(() => startRound().catch(() => {}), IDLE_MS).unref()
    },
    newest(dataset, id, applied) {
      const put = fresh.get(dataset, id) ?? older.get(dataset, id)
      return put && put.seq > applied ? put : undefined
    },
    close: () => clearTimeout(timer),
  }
}

/** Of a call, as little is kept as will do: `rows` is one string, where its records would be some thirty objects. */
interface WaitingPut {
  readonly seq: number
  readonly rows: string
}

class Generation {
  bytes = 0
  readonly #datasets = new Map<number, Map<string, WaitingPut>>()

  add(dataset: number, records: readonly StoredRecord[], put: WaitingPut): void {
    const byId = this.#datasets.getOrInsertComputed(dataset, () => new Map())
    for (const { id } of records) byId.set(id, put)
    this.bytes += put.rows.length + records.length * RECORD_BYTES
  }

  get(dataset: number, id: string): FoundRecord | undefined {
    const put = this.#datasets.get(dataset)?.get(id)
    const record = put && readRows(put.rows).findLast(record => record.id === id)
    return record && { ...record, ingestion: 'PUT', seq: put.seq }
  }
}
