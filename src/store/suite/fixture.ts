import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { it } from 'node:test'
import type { History } from '../history.ts'
import type { NewResource } from '../resource-store.ts'
import type { ImportedInteraction, StoredInteraction, StoredRecord } from '../rows.ts'
import type { Store } from '../store.ts'

export type OpenStore = (directory: string) => Promise<Store>

/** More rows than any store moves or deletes in one transaction. */
export const MANY = 10_500

/** A fresh store with one ACTIVE dataset in it. */
interface Fixture {
  readonly store: Store
  /** The id of the dataset. */
  readonly dataset: number
  /** Closes the store and opens it again on the same data. */
  reopen(): Promise<Store>
}

/** `it` of `node:test` with a fixture of its own for every test. */
export type ItWithStore = (what: string, test: (fixture: Fixture) => Promise<void>) => void

/** Returns an `it` whose tests find a fresh store, opened by `open`. */
export function withFixtures(open: OpenStore): ItWithStore {
  return (what, test) => {
    it(what, async () => {
      const directory = await mkdtemp(join(tmpdir(), 'personalite-store-'))
      let store = await open(directory)
      try {
        const reopen = async () => {
          await store.close()
          store = await open(directory)
          return store
        }
        const dataset = await createDataset(store)
        await test({ store, dataset, reopen })
      } finally {
        await store.close()
        await rm(directory, { recursive: true })
      }
    })
  }
}

export const SCHEMA = 'arn:aws:personalize:::schema/users'
export const GROUP = 'arn:aws:personalize:us-east-1:1:dataset-group/shop'
export const USERS = 'arn:aws:personalize:us-east-1:1:dataset/shop/USERS'

/**
 * A resource to create: ACTIVE and empty, of the kind that its ARN tells or else a schema, where nothing else is said.
 */
export function resource(arn: string, members: Partial<NewResource> = {}): NewResource {
  return { arn, kind: arn.split(/[:/]/)[5] ?? 'schema', status: 'ACTIVE', document: {}, ...members }
}

/** The dataset `USERS`, in `GROUP` by `SCHEMA`, which it makes where they are missing. Returns the dataset's id. */
export async function createDataset(store: Store, arn = USERS): Promise<number> {
  for (const needed of [SCHEMA, GROUP]) {
    if (!(await store.resources.get(needed))) await store.resources.create(resource(needed))
  }
  const { id } = await store.resources.create(resource(arn, { kind: 'dataset', parent: GROUP, reference: SCHEMA }))
  return id
}

export function record(id: string, ...values: readonly unknown[]): StoredRecord {
  return { id, fields: JSON.stringify(values) }
}

/** Records with ids in order: `u0000`, `u0001`, … */
export function recordsFrom(first: number, count: number, ...values: readonly unknown[]): readonly StoredRecord[] {
  return Array.from({ length: count }, (_, index) => record(`u${`${first + index}`.padStart(4, '0')}`, ...values))
}

/** Ann's click on `a` at 1 ms past 1970, where nothing else is said. */
export function click(members: Partial<StoredInteraction> = {}): StoredInteraction {
  return {
    userId: 'ann',
    anonymous: false,
    sessionId: null,
    itemId: 'a',
    timestampMs: 1,
    eventType: 'click',
    eventId: null,
    eventValue: null,
    details: '',
    ...members,
  }
}

/** Five clicks of a user, in the order of time. */
export const ITEMS_IN_TIME = ['a', 'b', 'c', 'd', 'e'].map((itemId, time) => click({ itemId, timestampMs: time }))

/** Every second row from the first or the second on. */
export const everyOther = <Row>(rows: readonly Row[], first: 0 | 1) => rows.filter((_, index) => index % 2 === first)

/** A click in a session whose user is not known. */
export function anonymousClick(sessionId: string, members: Partial<StoredInteraction> = {}): StoredInteraction {
  return click({ userId: sessionId, sessionId, anonymous: true, ...members })
}

/** Imports the records as a new generation, `publish`ed (FULL) or `merge`d (INCREMENTAL). */
export async function importRecords(
  { imports }: Store,
  dataset: number,
  records: readonly StoredRecord[],
  mode: 'publish' | 'merge' = 'publish',
): Promise<void> {
  const generation = await imports.begin(dataset)
  await imports.stageRecords(dataset, generation, records)
  await imports[mode](dataset, generation)
}

/** Imports the interactions as a new generation, `publish`ed (FULL) or `merge`d (INCREMENTAL). */
export async function importInteractions(
  { imports }: Store,
  dataset: number,
  interactions: readonly ImportedInteraction[],
  mode: 'publish' | 'merge' = 'publish',
): Promise<void> {
  const generation = await imports.begin(dataset)
  await imports.stageInteractions(dataset, generation, interactions)
  await imports[mode](dataset, generation)
}

/** The `key` of each row; most tests look at it. */
export async function each<Row, Key extends keyof Row>(
  rows: AsyncIterable<Row> | Promise<readonly Row[]>,
  key: Key,
): Promise<readonly Row[Key][]> {
  return Array.fromAsync(await rows, row => row[key])
}

/** All that a history tells, to compare it with another. */
export function toldBy(history: History) {
  const { length, newest, itemIds, eventTypes, eventValues } = history
  const each: unknown[] = []
  history.forEach((text, from, to, ...rest) => {
    each.push([text.slice(from, to), ...rest])
  })
  return { length, newest, itemIds, eventTypes, eventValues, events: history.events(), each }
}
