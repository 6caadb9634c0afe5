import type { StoredInteraction, StoredRecord } from '../../src/store/rows.ts'
import type { Store } from '../../src/store/store.ts'
import type { Found } from './check.ts'
import type { Event, Row, Target } from './load.ts'

/** Returns the store as a target of load, with its rows. */
export async function storeTarget(store: Store): Promise<Target & { readonly found: Found }> {
  const users = await dataset(store, 'users')
  const items = await dataset(store, 'items')
  const interactions = await dataset(store, 'interactions')
  return {
    putUsers: rows => store.records.put(users, rows.map(toRecord)),
    putItems: rows => store.records.put(items, rows.map(toRecord)),
    putEvents: rows => store.interactions.put(interactions, rows.map(toInteraction)),
    async importUsers(rows) {
      const generation = await store.imports.begin(users)
      for (let from = 0; from < rows.length; from += 500) {
        await store.imports.stageRecords(users, generation, rows.slice(from, from + 500).map(toRecord))
      }
      await store.imports.publish(users, generation)
    },
    found: foundIn(store, users, items, interactions),
  }
}

/** The rows of the datasets with these ids. */
export function foundIn(store: Store, users: number, items: number, interactions: number): Found {
  return {
    put: map(store.records.scan(users, 'PUT'), toRow),
    items: map(store.records.scan(items, 'PUT'), toRow),
    imported: map(store.records.scan(users, 'BULK'), toRow),
    events: map(store.interactions.scan(interactions, 'ALL'), toEvent),
  }
}

async function dataset(store: Store, arn: string): Promise<number> {
  const found = await store.resources.get(arn)
  return (found ?? (await store.resources.create({ arn, kind: 'dataset', status: 'ACTIVE', document: {} }))).id
}

async function* map<From, To>(rows: AsyncIterable<From>, to: (row: From) => To): AsyncGenerator<To> {
  for await (const row of rows) yield to(row)
}

const toRecord = ({ id, call }: Row): StoredRecord => ({ id, fields: `[${call}]` })
const toRow = ({ id, fields }: StoredRecord): Row => ({ id, call: JSON.parse(fields)[0] })
const toEvent = ({ userId, itemId }: StoredInteraction): Event => ({ itemId, call: Number(userId) })

function toInteraction({ call, itemId }: Event): StoredInteraction {
  return {
    userId: `${call}`,
    anonymous: false,
    sessionId: `session ${call}`,
    itemId,
    timestampMs: call,
    eventType: 'click',
    eventId: `${call} ${itemId}`,
    eventValue: null,
    details: '',
  }
}
