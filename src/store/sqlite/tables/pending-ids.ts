import type { DatabaseSync } from 'node:sqlite'
import { PutIndex } from '../puts/put-index.ts'

/** One more than the greatest hash (`store/digest.ts`). */
const HASHES = 2 ** 48
/** Entries moved in one transaction: some 6 ms, for which a Put call may have to wait. */
const MOVED_AT_ONCE = 2000
/** A million entries are one to a chain. */
const CHAINS = 1 << 20

/** A hash of an eventId, and the number of the event that has it. */
export interface IdEntry {
  readonly hash: number
  readonly seq: number
}

/** Some entries of a dataset, in the order of hashes. */
interface Run {
  readonly id: number
  readonly dataset: number
  readonly entries: Float64Array
}

/**
 * EventIds on their way into `event_ids`. They are in the table `pending_ids` as they came, and in memory, where they
 * are found. A round of applying ends with a move of them all: the hashes of a range at a time, so that those on a page
 * go there together. How far a move is, is in the database, for a transaction may fail.
 * @param insert puts an entry into `event_ids`
 */
export function pendingIds(db: DatabaseSync, insert: (dataset: number, entry: IdEntry) => void) {
  const append = db.prepare('INSERT INTO pending_ids VALUES (?, ?, ?)')
  const ends = db.prepare('SELECT min(id) AS first, max(id) AS last FROM pending_ids')
  const upTo = db.prepare('SELECT id, dataset, entries FROM pending_ids WHERE id <= ?')
  const remove = db.prepare('DELETE FROM pending_ids WHERE id <= ?')
  const move = db.prepare('SELECT last, below FROM id_move')
  const begin = db.prepare('INSERT INTO id_move VALUES (?, 0)')
  const advance = db.prepare('UPDATE id_move SET below = ?')
  const end = db.prepare('DELETE FROM id_move')
  const exists = db.prepare('SELECT 1 FROM resources WHERE id = ?')
  const index = new PutIndex(CHAINS)
  let moving: { readonly last: number; readonly runs: readonly Run[] } | undefined

  const runsUpTo = (id: number): readonly Run[] =>
    (upTo.all(id) as unknown as { id: number; dataset: number; entries: Uint8Array }[]).map(({ entries, ...run }) => ({
      ...run,
      entries: new Float64Array(Uint8Array.from(entries).buffer),
    }))
  const current = () => move.get() as { readonly last: number; readonly below: number } | undefined
  const rest = () => ends.get() as { readonly first: number | null; readonly last: number | null }
  /** Counted here: SQLite draws an id again after a transaction that failed, whose run `moving` may have. */
  let lastId = Math.max(rest().last ?? 0, current()?.last ?? 0)
  /** Begins a move of all. Returns undefined where there is nothing to move. */
  const start = () => {
    const { last } = rest()
    if (last === null) return undefined
    begin.run(last)
    return { last, below: 0 }
  }

  return {
    /** Notes entries of a dataset. It sorts them. */
    add(dataset: number, entries: IdEntry[]): void {
      if (entries.length === 0) return
      const flat = new Float64Array(2 * entries.length)
      let end = 0
      for (const { hash, seq } of entries.sort((a, b) => a.hash - b.hash)) {
        flat[end++] = hash
        flat[end++] = seq
        index.add(dataset, hash, seq)
      }
      append.run(++lastId, dataset, new Uint8Array(flat.buffer))
    },

    /** Whether an event that is there may have an eventId of this hash: one of `mayHave`. */
    hasAny: (dataset: number, hash: number): boolean => index.hasAny(dataset, hash),

    /** The numbers of events that may have an eventId of this hash. */
    mayHave: (dataset: number, hash: number): Generator<number> => index.mayHave(dataset, hash),

    /** Forgets those that are all moved. To be called outside of a transaction, which might yet fail. */
    forgetMoved(): void {
      if (rest().first === null) index.clear()
    },

    /** Moves some. Returns whether there are more. */
    moveSome(): boolean {
      const state = current() ?? start()
      if (!state) return false
      if (moving?.last !== state.last) moving = { last: state.last, runs: runsUpTo(state.last) }
      const total = moving.runs.reduce((sum, { entries }) => sum + entries.length / 2, 0)
      const below = Math.min(HASHES, state.below + Math.ceil((HASHES * MOVED_AT_ONCE) / total))
      for (const [dataset, runs] of Map.groupBy(moving.runs, run => run.dataset))
        if (exists.get(dataset)) for (const entry of between(runs, state.below, below)) insert(dataset, entry)
      if (below < HASHES) {
        advance.run(below)
        return true
      }
      remove.run(state.last)
      end.run()
      moving = undefined
      // Some may have come meanwhile, or before a crash.
      return rest().first !== null
    },
  }
}

export type PendingIds = ReturnType<typeof pendingIds>

/** The entries of runs whose hashes are in a range, in the order of hashes. */
function between(runs: readonly Run[], from: number, below: number): IdEntry[] {
  const found: IdEntry[] = []
  for (const { entries } of runs)
    for (let at = 2 * firstFrom(entries, from); at < entries.length && entries[at]! < below; at += 2)
      found.push({ hash: entries[at]!, seq: entries[at + 1]! })
  return found.sort((a, b) => a.hash - b.hash)
}

/** The first entry whose hash is not less. */
function firstFrom(entries: Float64Array, hash: number): number {
  let [low, high] = [0, entries.length / 2]
  while (low < high) {
    const middle = (low + high) >>> 1
    if (entries[2 * middle]! < hash) low = middle + 1
    else high = middle
  }
  return low
}
