import { PutIndex } from './put-index.ts'

/** Puts are applied to their table after this long without one, or when this many rows wait: 100,000 calls of 10. */
const IDLE_MS = 50
const WAITING_MAX = 1_000_000

/** Knows which puts are acknowledged and not yet in their table, so that reads find them in the log. */
export interface UnappliedPuts {
  /** Resolves when there is room for one more; undefined where there is. */
  room(): Promise<void> | undefined
  /** Notes a put that is in the log, under the ids by which it is looked for. It is applied in a round. */
  add(dataset: number, ids: readonly string[], put: { readonly seq: number; readonly rows: number }): void
  /** The numbers of puts that wait, or waited a moment ago, and may have this id, the newest first. */
  mayHave(dataset: number, id: string): Generator<number>
  /** Notes that those of an id up to this number are applied. */
  forget(dataset: number, id: string, upTo: number): void
  close(): void
}

/** Ids at most of which `forget` is remembered: the others are looked for once more. */
const FORGOTTEN_MAX = 10_000

/** One that is at its end, and stays there. */
const NONE = (function* (): Generator<number> {})()

/** Puts of one generation. */
interface Generation {
  readonly index: PutIndex
  rows: number
}

/**
 * The puts that are in a log and not in their table yet. They are applied in rounds.
 * @param apply has all that were put so far applied
 */
export function openUnappliedPuts(apply: () => Promise<void>): UnappliedPuts {
  // Two generations: while the older one is being applied, the fresh one takes new puts.
  let fresh: Generation = { index: new PutIndex(), rows: 0 }
  let older: Generation = { index: new PutIndex(), rows: 0 }
  let applying: Promise<void> | undefined
  let timer: NodeJS.Timeout | undefined
  /** The number up to which the puts of an id are applied, where that is known. */
  const forgotten = new Map<string, number>()

  const applyAll = async () => {
    // Where the last round failed (a full disk), the older generation still waits, and this round is for it.
    if (older.rows === 0) [older, fresh] = [fresh, older]
    await apply()
    older.index.clear()
    older.rows = 0
  }
  const startRound = () => {
    clearTimeout(timer)
    timer = undefined
    applying ??= applyAll().finally(() => {
      applying = undefined
    })
    return applying
  }
  function* found(dataset: number, id: string): Generator<number> {
    const appliedUpTo = forgotten.get(`${dataset} ${id}`) ?? 0
    for (const { index } of [fresh, older])
      for (const seq of index.mayHave(dataset, id)) {
        if (seq <= appliedUpTo) return
        yield seq
      }
  }
  return {
    // Memory would grow without bound: a put waits for the round under way.
    room: () => (fresh.rows >= WAITING_MAX ? startRound() : undefined),
    add(dataset, ids, { seq, rows }) {
      for (const id of ids) fresh.index.add(dataset, id, seq)
      fresh.rows += rows
      if (fresh.rows >= WAITING_MAX) startRound().catch(() => {})
      else if (timer) timer.refresh()
      else timer = setTimeout(() => startRound().catch(() => {}), IDLE_MS).unref()
    },
    // Of most ids none waits, and each request asks of several.
    mayHave: (dataset, id) =>
      fresh.index.hasAny(dataset, id) || older.index.hasAny(dataset, id) ? found(dataset, id) : NONE,
    forget(dataset, id, upTo) {
      if (forgotten.size === FORGOTTEN_MAX) forgotten.clear()
      forgotten.set(`${dataset} ${id}`, upTo)
    },
    close: () => clearTimeout(timer),
  }
}
