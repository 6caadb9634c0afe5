import type { Dataset } from '../datasets/of-group.ts'
import type { Store } from '../store/store.ts'
import type { HistorySummary } from './histories.ts'
import { STRANGERS_MAX } from './histories.ts'
import { EXAMPLES } from './records.ts'
import type { AlikeIds, Histories } from './report.ts'
import { looseId } from './spellings.ts'

/**
 * Returns the users, and the items or actions, that have interactions but no record, if the group has such a dataset.
 * Before the call, all ids with a record must have been taken from `items`.
 */
export async function findUnknownIds(
  store: Store,
  { items, strangers }: HistorySummary,
  { users: ofUsers, items: ofItems }: Pick<Histories, 'users' | 'items'>,
  { users, things }: { readonly users: Dataset | undefined; readonly things: Dataset | undefined },
): Promise<Histories['strangers']> {
  const first = items.first(STRANGERS_MAX).map(({ id }) => id)
  return {
    users: users &&
      strangers && {
        count: strangers.count,
        isEstimate: false,
        of: ofUsers.distinct.count,
        rows: strangers.rows,
        examples: strangers.ids.slice(0, EXAMPLES),
        alike: await alikeAmong(store, users, strangers.ids),
      },
    items: things && {
      ...items.distinct,
      of: ofItems.distinct.count,
      rows: items.rows,
      examples: first.slice(0, EXAMPLES),
      alike: await alikeAmong(store, things, first),
    },
  }
}

/** Returns those ids that differ from the id of a record only by the usual changes of programs (`looseId`). */
async function alikeAmong(store: Store, { id }: Dataset, ids: readonly string[]): Promise<AlikeIds | undefined> {
  if (ids.length === 0) return undefined
  const loose = Map.groupBy(ids, looseId)
  const met = new Map<string, string>()
  for await (const record of store.records.scan(id, 'ALL'))
    for (const stranger of loose.get(looseId(record.id)) ?? []) met.set(stranger, record.id)
  const examples = [...met].slice(0, EXAMPLES).map(([id, other]) => ({ id, other }))
  return { count: met.size, of: ids.length, examples }
}
