import assert from 'node:assert/strict'
import { rm } from 'node:fs/promises'
import { after, before, describe, it } from 'node:test'
import { temporaryDirectory } from '#test/directory.ts'
import { listed } from '#test/engine.ts'
import { createMarket, deploy } from '#test/market.ts'
import { startTestServer } from '#test/server.ts'
import { openTestStore } from '#test/store.ts'
import { createRandom } from '../../engine/math/random.ts'
import type { Resource } from '../../store/resource-store.ts'
import type { StoredInteraction } from '../../store/rows.ts'
import type { Store } from '../../store/store.ts'
import { anonymousClick, click } from '../../store/suite/fixture.ts'
import type { LoadedModel } from './open-model.ts'
import { openServing, type Serving } from './serving.ts'

/** A time of the market's events, and the moment that is asked about, in milliseconds since 1970. */
const [MARKET, NOW] = [1_001_000_000, 1_010_000_000]
const RECIPES = ['aws-user-personalization-v2', 'aws-popularity-count', 'aws-trending-now']

describe('servers that are told of events', () => {
  let dataDir: string
  /** Where events are put, and where they are counted: on PostgreSQL another server. */
  let stores: readonly Store[]
  let group: string
  let versions: readonly Resource[]
  let told: Serving
  before(async () => {
    dataDir = await temporaryDirectory()
    const server = await startTestServer({ dataDir })
    group = (await createMarket(server)).datasetGroupArn
    for (const recipe of RECIPES) await deploy(server, group, recipe)
    await server[Symbol.asyncDispose]()
    const one = await openTestStore(dataDir)
    stores = [one, process.env.PERSONALITE_TEST_POSTGRES ? await openTestStore(dataDir) : one]
    versions = await one.resources.list({ kind: 'solution-version' })
    told = openServing(stores[1]!, dataDir)
  })
  after(async () => {
    told[Symbol.dispose]()
    await Promise.all(new Set(stores).values().map(store => store.close()))
    await rm(dataDir, { recursive: true })
  })

  const countsOf = async (serving: Serving) => {
    await stores[1]!.catchUp()
    await serving.renewed()
    const sources = await serving.sources(group)
    return Promise.all(versions.map(async version => counts(await serving.model(version, sources))))
  }

  it('count what a server counts that reads them all, to the event', async () => {
    const [store] = stores as [Store]
    const { INTERACTIONS } = await told.sources(group)
    const run = operations(store, INTERACTIONS!.id, createRandom(11), () => countsOf(told))
    await countsOf(told)
    for (let round = 0; round < 6; round++) {
      for (let n = 0; n < 25; n++) await run()
      using late = openServing(stores[1]!, dataDir)
      const loading = countsOf(late)
      for (let n = 0; n < 10; n++) await run()
      await loading
      using fresh = openServing(stores[1]!, dataDir)
      const expected = await countsOf(fresh)
      for (const [name, serving] of Object.entries({ told, 'told while it was loaded': late })) {
        const found = await countsOf(serving)
        for (const [at, recipe] of RECIPES.entries())
          assert.deepEqual(found[at], expected[at], `${name}, ${recipe}, ${round}`)
      }
    }
  })

  it('count an event once whose eventId comes again: told of it, as they read it later, and counted anew', async () => {
    const [store] = stores as [Store]
    const dataset = (await told.sources(group)).INTERACTIONS!.id
    const eventsOf = async (serving: Serving) => {
      const all = await countsOf(serving)
      return all.map(({ items }) => items.find(([id]) => id === 'twice')?.[1])
    }
    const watched = (userId: string) =>
      click({ userId, itemId: 'twice', eventType: 'watch', eventId: 'twice', timestampMs: NOW })
    await countsOf(told)
    for (const userId of ['ann', 'ben']) await store.interactions.put(dataset, [watched(userId)])
    await store.interactions.put(dataset, [watched('cid'), watched('dan')])
    const once = RECIPES.map(() => 1)
    assert.deepEqual(await eventsOf(told), once)
    using read = openServing(stores[1]!, dataDir)
    assert.deepEqual(await eventsOf(read), once)
    await store.interactions.deleteUsers(dataset, ['nobody'])
    for (const serving of [told, read]) assert.deepEqual(await eventsOf(serving), once)
  })
})

/** All that a model counts, by the ids of items. */
function counts({ itemIndex, exposure, ranker, untried }: LoadedModel) {
  const items = Array.from(itemIndex.ids.entries(), ([item, id]) => ({ item, id }))
  const answer = ranker.ask({ now: NOW })
  return {
    newest: exposure.newest,
    items: items
      .map(({ item, id }) => [id, exposure.events[item] ?? 0, exposure.impressions[item] ?? 0, exposure.first[item]])
      .filter(([, events, impressions]) => events !== 0 || impressions !== 0)
      .sort(),
    untried: Array.from(untried.items(1), item => itemIndex.idOf(item)),
    ranked: listed(answer.rank({ count: 40 })).map(({ item, score }) => [itemIndex.idOf(item), score]),
  }
}

/**
 * Returns a function that does something with events: mostly puts, of sessions that become known, and repeated ones.
 * @param swept called after a deletion or an import, before anything else is done
 */
function operations(
  store: Store,
  dataset: number,
  random: () => number,
  swept: () => Promise<unknown>,
): () => Promise<void> {
  const some = (of: number) => Math.floor(random() * of)
  let time = MARKET
  const visit = () => `visit ${some(40)}`
  const event = (members: Partial<StoredInteraction>): StoredInteraction => {
    const itemId = random() < 0.2 ? `late-${some(4)}` : `${random() < 0.5 ? 'drama' : 'comedy'}-${some(30)}`
    const details = random() < 0.3 ? JSON.stringify({ DEVICE: '"', IMPRESSION: `${itemId}|drama-1|late-9` }) : ''
    const eventId = random() < 0.5 ? `event ${some(30)}` : null
    // Some come late, and some are of the same moment.
    const timestampMs = time - (random() < 0.2 ? some(4) * 600_000 : 0)
    return { ...click({ itemId, eventType: 'watch', eventId, details, timestampMs }), ...members }
  }
  const identified = () => event({ userId: `user ${some(4)}`, sessionId: random() < 0.7 ? visit() : null })
  const anonymous = () => {
    const { userId, sessionId, anonymous } = anonymousClick(visit())
    // No user has the same event: one that is left out later, with the session's user, stays counted until a training.
    return event({ userId, sessionId, anonymous, timestampMs: ++time, eventValue: time })
  }
  const put = (count: number) => {
    time += some(3) * 20_000
    const events = Array.from({ length: count }, () => (random() < 0.4 ? anonymous() : identified()))
    return store.interactions.put(dataset, random() < 0.2 ? [...events, events[0]!] : events)
  }
  const importSome = async (mode: 'publish' | 'merge') => {
    // No put event is the same as one of these: of two that are, both are counted until all are counted anew.
    const generation = await store.imports.begin(dataset)
    const rows = Array.from({ length: 5 }, (_, n) => event({ userId: `user ${n}`, eventValue: -1 }))
    await store.imports.stageInteractions(dataset, generation, rows)
    await store.imports[mode](dataset, generation)
  }
  const sweep = async (change: Promise<unknown>) => {
    await change
    await swept()
  }
  return async () => {
    const kind = random()
    if (kind < 0.9) await Promise.all(Array.from({ length: 1 + some(3) }, () => put(1 + some(4))))
    else if (kind < 0.93) await sweep(store.interactions.deleteUsers(dataset, [`user ${some(4)}`]))
    else if (kind < 0.96) await sweep(importSome('merge'))
    else if (kind < 0.97) await sweep(importSome('publish'))
    else await store.catchUp()
  }
}
