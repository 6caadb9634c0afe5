import type { Properties } from '../../src/engine/blend/models/model.ts'
import { arnsOf } from '../../src/operations/shared/arns.ts'
import { openStore } from '../../src/store/open.ts'
import type { Store } from '../../src/store/store.ts'
import { createDataset } from './create-dataset.ts'
import { progress } from './progress.ts'
import type { Fold } from './protocols.ts'

const arns = arnsOf('000000000000', 'us-east-1')
const NAME = 'accuracy'
export const GROUP = arns.of(`dataset-group/${NAME}`)

/** Ids in the order of the numbers, since a bulk import must be in the order of ids. */
export const userId = (user: number) => `user-${String(user).padStart(8, '0')}`
export const itemId = (item: number) => `item-${String(item).padStart(8, '0')}`
export const numberIn = (id: string) => Number(id.slice('item-'.length))

const EVENT_FIELDS = [
  { name: 'USER_ID', type: 'string' },
  { name: 'ITEM_ID', type: 'string' },
  { name: 'TIMESTAMP', type: 'long' },
  { name: 'EVENT_TYPE', type: 'string' },
]

/** The Users dataset's fields: a category for each property. */
const userFields = (count: number) => [
  { name: 'USER_ID', type: 'string' },
  ...Array.from({ length: count }, (_, at) => ({ name: `PROPERTY_${at}`, type: 'string', categorical: true })),
]

/** Fills a data directory with a dataset group of a fold's training data, without HTTP requests. */
export async function fillStore(dataDir: string, { train, properties }: Fold): Promise<void> {
  await using store = await openStore(dataDir)
  await importEvents(store, await createEvents(store), train)
  if (!properties) return
  await importUsers(store, await createDataset(store, NAME, 'Users', userFields(properties[0]!.length)), properties)
}

/** The fields of events for this many contexts, each a number. */
export const contextFields = (count: number) =>
  Array.from({ length: count }, (_, at) => ({ name: `CONTEXT_${at}`, type: 'int' }))

/** Creates the dataset group with an empty Interactions dataset. Returns the dataset's id. */
export async function createEvents(store: Store, contexts = 0): Promise<number> {
  await store.resources.create({ kind: 'dataset-group', arn: GROUP, status: 'ACTIVE', document: { name: NAME } })
  return createDataset(store, NAME, 'Interactions', [...EVENT_FIELDS, ...contextFields(contexts)])
}

const AT_ONCE = 10_000

async function importEvents(store: Store, dataset: number, { users, offsets, sequence, times }: Fold['train']) {
  const generation = await store.imports.begin(dataset)
  const bar = progress(`${sequence.length.toLocaleString('en')} events`, sequence.length)
  const nothing = { anonymous: false, sessionId: null, eventId: null, eventValue: null, details: '' }
  // If only the order is known, each user's events are a second apart.
  const timeOf = (event: number, user: number) => 1000 * (times ? times[event]! : 1e9 + event - offsets[user]!)
  const rowOf = (event: number, user: number) => ({
    ...nothing,
    userId: userId(user),
    itemId: itemId(sequence[event]!),
    timestampMs: timeOf(event, user),
    eventType: 'interaction',
  })
  let rows: ReturnType<typeof rowOf>[] = []
  for (let user = 0; user < users; user++) {
    for (let event = offsets[user]!; event < offsets[user + 1]!; event++) rows.push(rowOf(event, user))
    if (rows.length < AT_ONCE && user < users - 1) continue
    await store.imports.stageInteractions(dataset, generation, rows)
    bar.add(rows.length)
    rows = []
  }
  await store.imports.publish(dataset, generation)
  bar.done()
}

async function importUsers(store: Store, dataset: number, properties: readonly Properties[]): Promise<void> {
  const generation = await store.imports.begin(dataset)
  const rows = properties.map((texts, user) => ({ id: userId(user), fields: JSON.stringify(texts) }))
  await store.imports.stageRecords(dataset, generation, rows)
  await store.imports.publish(dataset, generation)
}
