import type { DatabaseSync, StatementSync } from 'node:sqlite'
import { digestOf } from '../../digest.ts'
import type { IdFilter } from './id-filter.ts'
import { type IdEntry, type PendingIds, pendingIds } from './pending-ids.ts'

/**
 * Which eventIds the rows of `interactions` have that are not `repeated`: a hash of each. An index of the ids is ten
 * times as large.
 */
interface EventIds {
  /** Whether a row of the dataset that is not `repeated` has one of these, which are few. */
  haveAny(dataset: number, eventIds: readonly string[], digests?: readonly number[]): boolean
  /** Whether a row that is not `repeated` may have an eventId of one of these digests: another id may have the same. */
  mayHaveAny(dataset: number, digests: readonly number[]): boolean
  /** Notes which event has an id. */
  add(dataset: number, eventId: string, seq: number): void
  /** Notes which events have which ids, for the next round of `moveSome`. */
  addLater(dataset: number, events: readonly { readonly eventId: string | null; readonly seq: number }[]): void
  /** The ids of `addLater` on their way into the table. */
  readonly pending: Pick<PendingIds, 'forgetMoved' | 'moveSome'>
  remove(dataset: number, eventId: string, seq: number): void
}

/**
 * Opens the table `event_ids`.
 * @param packedIdOf returns the eventId of an event in a pack
 */
export function eventIdsOf(
  db: DatabaseSync,
  filter: IdFilter,
  packedIdOf: (dataset: number, seq: number) => string | undefined,
): EventIds {
  const finds: StatementSync[] = []
  const find = (count: number) => {
    finds[count] ??= db.prepare(`
      SELECT hash, seq FROM event_ids WHERE dataset = ? AND hash IN (${Array(count).fill('?').join(', ')})`)
    return finds[count]
  }
  const idOfRow = db.prepare(`
    SELECT event_id FROM interactions INDEXED BY interactions_by_seq WHERE dataset = ? AND source = 0 AND seq = ?`)
  const insert = db.prepare('INSERT OR IGNORE INTO event_ids VALUES (?, ?, ?)')
  const remove = db.prepare('DELETE FROM event_ids WHERE dataset = ? AND hash = ? AND seq = ?')

  const idOf = (dataset: number, seq: number) =>
    (idOfRow.get(dataset, seq)?.event_id as string | null | undefined) ?? packedIdOf(dataset, seq)
  const addEntry = (dataset: number, { hash, seq }: IdEntry) => {
    insert.run(dataset, hash, seq)
    filter.add(dataset, hash)
  }
  const pending = pendingIds(db, addEntry)
  const haveAny = (
    dataset: number,
    eventIds: readonly string[],
    digests: readonly number[] = eventIds.map(digestOf),
  ) => {
    const hashes = digests.filter(hash => filter.mayHave(dataset, hash))
    // Others may have the same hash.
    const isOne = (seq: number) => eventIds.includes(idOf(dataset, seq)!)
    if (digests.some(hash => pending.hasAny(dataset, hash) && pending.mayHave(dataset, hash).some(isOne))) return true
    if (hashes.length === 0) return false
    return find(hashes.length)
      .all(dataset, ...hashes)
      .some(({ seq }) => isOne(seq as number))
  }
  return {
    haveAny,
    mayHaveAny(dataset, digests) {
      if (digests.some(hash => pending.hasAny(dataset, hash))) return true
      const hashes = digests.filter(hash => filter.mayHave(dataset, hash))
      return hashes.length > 0 && find(hashes.length).get(dataset, ...hashes) !== undefined
    },
    add: (dataset, eventId, seq) => addEntry(dataset, { hash: digestOf(eventId), seq }),
    addLater: (dataset, events) =>
      pending.add(
        dataset,
        events.flatMap(({ eventId, seq }) => (eventId === null ? [] : [{ hash: digestOf(eventId), seq }])),
      ),
    pending,
    remove: (dataset, eventId, seq) => void remove.run(dataset, digestOf(eventId), seq),
  }
}
