import type { DatabaseSync, StatementSync } from 'node:sqlite'
import { digestOf } from '../../digest.ts'
import type { IdFilter } from './id-filter.ts'

/**
 * Which eventIds the rows of `interactions` have that are not `repeated`: a hash of each. An index of the ids is ten
 * times as large.
 */
export interface EventIds {
  /** Whether a row of the dataset that is not `repeated` has one of these, which are few. */
  haveAny(dataset: number, eventIds: readonly string[], digests?: readonly number[]): boolean
  /** Notes which rows have which ids, sorted, so that each page is written once. */
  addAll(dataset: number, rows: readonly { readonly eventId: string | null; readonly seq: number }[]): void
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
  const insert = db.prepare('INSERT INTO event_ids VALUES (?, ?, ?)')
  const remove = db.prepare('DELETE FROM event_ids WHERE dataset = ? AND hash = ? AND seq = ?')

  const idOf = (dataset: number, seq: number) =>
    (idOfRow.get(dataset, seq)?.event_id as string | null | undefined) ?? packedIdOf(dataset, seq)
  const haveAny = (
    dataset: number,
    eventIds: readonly string[],
    digests: readonly number[] = eventIds.map(digestOf),
  ) => {
    const hashes = digests.filter(hash => filter.mayHave(dataset, hash))
    if (hashes.length === 0) return false
    const found = find(hashes.length).all(dataset, ...hashes)
    // Others may have the same hash.
    return found.some(({ seq }) => eventIds.includes(idOf(dataset, seq as number)!))
  }
  return {
    haveAny,
    addAll(dataset, rows) {
      const entries = rows.flatMap(({ eventId, seq }) => (eventId === null ? [] : [{ hash: digestOf(eventId), seq }]))
      for (const { hash, seq } of entries.sort((a, b) => a.hash - b.hash)) {
        insert.run(dataset, hash, seq)
        filter.add(dataset, hash)
      }
    },
    remove: (dataset, eventId, seq) => void remove.run(dataset, digestOf(eventId), seq),
  }
}
