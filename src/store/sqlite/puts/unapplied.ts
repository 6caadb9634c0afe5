import type { StoredRecord } from '../../rows.ts'
import type { WriterClient } from '../writer-client.ts'
import { PutIndex } from './index.ts'
import { writeRows } from './log.ts'

/** Puts are applied to `records` after this long without one, or when this many records wait: 100,000 calls of 10. */
const IDLE_MS = 50
const WAITING_MAX = 1_000_000

/** Knows which puts are acknowledged and not yet in `records`, so that `get` finds them in the log. */
export interface UnappliedPuts {
  put(dataset: number, records: readonly StoredRecord[]): Promise<void>
  /** The numbers of puts that wait, or waited a moment ago, and may have this id, the newest first. */
  mayHave(dataset: number, id: string): Iterable<number>
  close(): void
}

/** Every put acknowledged so far is in `records` when it resolves; those that come meanwhile need not be. */
export async function applyPuts(writer: WriterClient): Promise<void> {
  const upTo = await writer.write('lastPut', {})
  while (await writer.write('applyPuts', { upTo }));
}

/** The puts that are in the log and not in `records` yet. They are applied in rounds. */
export function openUnappliedPuts(writer: WriterClient): UnappliedPuts {
  // Two generations: while the older one is being applied, the fresh one takes new puts.
  let fresh = new PutIndex()
  let older = new PutIndex()
  let applying: Promise<void> | undefined
  let timer: NodeJS.Timeout | undefined

  const applyAll = async () => {
    // Where the last round failed (a full disk), the older generation still waits, and this round is for it.
    if (older.size === 0) [older, fresh] = [fresh, older]
    await applyPuts(writer)
    older.clear()
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
      // Memory would grow without bound: a put waits for the round under way.
      if (fresh.size >= WAITING_MAX) await startRound()
      const seq = await writer.write('putRecords', { dataset, rows: writeRows(records) })
      fresh.add(dataset, records, seq)
      if (fresh.size >= WAITING_MAX) startRound().catch(() => {})
      else if (timer) timer.refresh()
      else timer = setTimeout(() => startRound().catch(() => {}), IDLE_MS).unref()
    },
    *mayHave(dataset, id) {
      yield* fresh.mayHave(dataset, id)
      yield* older.mayHave(dataset, id)
    },
    close: () => clearTimeout(timer),
  }
}
