import assert from 'node:assert/strict'
import { describe } from 'node:test'
import { historyOf } from '../history.ts'
import type { StoredInteraction } from '../rows.ts'
import {
  click,
  createDataset,
  each,
  everyOther,
  ITEMS_IN_TIME,
  type ItWithStore,
  importInteractions,
  record,
  toldBy,
  USERS,
} from './fixture.ts'

/** The promises of `Store.interactions` for the reads of users. */
export function historiesSuite(it: ItWithStore): void {
  describe("a user's history", () => {
    it('comes newest first, as much as asked for', async ({ store, dataset }) => {
      await store.interactions.put(dataset, [...ITEMS_IN_TIME, click({ userId: 'ben' })].reverse())
      const items = (limit: number) => each(store.interactions.ofUser(dataset, 'ann', limit), 'itemId')
      assert.deepEqual(await items(10), ['e', 'd', 'c', 'b', 'a'])
      assert.deepEqual(await items(2), ['e', 'd'])
      assert.deepEqual(await items(0), [])
    })

    it('joins what was put and what was imported', async ({ store, dataset }) => {
      await store.interactions.put(dataset, everyOther(ITEMS_IN_TIME, 0))
      await importInteractions(store, dataset, everyOther(ITEMS_IN_TIME, 1))
      const items = (limit: number) => each(store.interactions.ofUser(dataset, 'ann', limit), 'itemId')
      assert.deepEqual(await items(10), ['e', 'd', 'c', 'b', 'a'])
      assert.deepEqual(await items(3), ['e', 'd', 'c'])
    })

    it('tells an event that came both ways once', async ({ store, dataset }) => {
      await store.interactions.put(dataset, ITEMS_IN_TIME)
      await importInteractions(store, dataset, ITEMS_IN_TIME)
      const items = (limit: number) => each(store.interactions.ofUser(dataset, 'ann', limit), 'itemId')
      assert.deepEqual(await items(10), ['e', 'd', 'c', 'b', 'a'])
      assert.deepEqual(await items(3), ['e', 'd', 'c'])
    })

    it('comes in columns with the same events', async ({ store, dataset }) => {
      const odd = { itemId: 'é "1"', eventValue: 0.1, details: '{"A":"\\"b\\""}', sessionId: 's', eventId: 'e' }
      const put = everyOther(ITEMS_IN_TIME, 0).map(event => ({ ...event, ...odd }))
      await store.interactions.put(dataset, [...put, click({ userId: 'ben', itemId: 'x' })])
      const imported = ['ann', 'cleo'].flatMap(userId => ITEMS_IN_TIME.map(event => ({ ...event, userId })))
      await importInteractions(store, dataset, [...imported, ...put])
      for (const userId of ['ann', 'ben', 'cleo', 'nobody'])
        for (const limit of [0, 3, 100]) {
          const events = await store.interactions.ofUser(dataset, userId, limit)
          const history = await store.interactions.history(dataset, userId, limit)
          assert.deepEqual(toldBy(history), toldBy(historyOf(events)))
        }
    })

    it('comes to each who asks at the same time, of that dataset and as much of it', async ({ store, dataset }) => {
      const other = await createDataset(store, `${USERS}-2`)
      await importInteractions(store, dataset, ITEMS_IN_TIME)
      await store.interactions.put(other, [click({ itemId: 'other' })])
      await store.records.put(dataset, [record('ann', 1)])
      await store.records.put(other, [record('ann', 2)])
      const items = async (of: number, limit: number) => (await store.interactions.history(of, 'ann', limit)).itemIds
      const fields = async (of: number) => (await store.records.get(of, 'ann'))?.fields
      assert.deepEqual(
        await Promise.all([
          items(dataset, 3),
          fields(other),
          items(other, 3),
          fields(dataset),
          items(dataset, 1),
          fields(other + 1),
        ]),
        [['e', 'd', 'c'], '[2]', ['other'], '[1]', ['e'], undefined],
      )
    })

    it('comes for several users at once, in their order', async ({ store, dataset }) => {
      await importInteractions(store, dataset, [...ITEMS_IN_TIME, click({ userId: 'ben' })])
      await store.interactions.put(dataset, [click({ userId: 'cleo', itemId: 'x' })])
      const users = ['cleo', 'nobody', 'ann', 'ben', 'ann']
      const found = await store.interactions.histories(dataset, users, 2)
      assert.deepEqual(
        found.map(({ itemIds }) => itemIds),
        [['x'], [], ['e', 'd'], [click().itemId], ['e', 'd']],
      )
    })
  })

  describe("a user's history by event type", () => {
    const buy = (time: number, members: Partial<StoredInteraction> = {}) =>
      click({ eventType: 'buy', itemId: `bought${time}`, timestampMs: time, ...members })
    const clicks = Array.from({ length: 50 }, (_, n) => click({ timestampMs: 100 + n, itemId: `clicked${n}` }))
    const isBuy = (eventType: string) => eventType === 'buy'

    it('returns the newest of each type that is wanted, newest first', async ({ store, dataset }) => {
      const seen = [click({ eventType: 'view', itemId: 'seen', timestampMs: 3 })]
      await store.interactions.put(dataset, [buy(1), ...clicks, ...seen, buy(4), buy(2, { userId: 'ben' }), buy(0)])
      const items = (limit: number, isWanted: (eventType: string) => boolean) =>
        each(store.interactions.ofUserByType(dataset, 'ann', limit, isWanted), 'itemId')
      assert.deepEqual(await items(10, isBuy), ['bought4', 'bought1', 'bought0'])
      assert.deepEqual(await items(2, isBuy), ['bought4', 'bought1'])
      assert.deepEqual(await items(2, () => true), ['clicked49', 'clicked48', 'bought4', 'seen', 'bought1'])
      assert.deepEqual(await items(2, () => false), [])
      assert.deepEqual(await store.interactions.ofUserByType(dataset, 'nobody', 2, isBuy), [])
    })

    it('asks about types as they are written', async ({ store, dataset }) => {
      await store.interactions.put(dataset, [buy(1), buy(2, { eventType: 'Buy' }), buy(3, { eventType: 'Éa' })])
      const asked: string[] = []
      const isWanted = (eventType: string) => asked.push(eventType) > 0
      const found = await store.interactions.ofUserByType(dataset, 'ann', 1, isWanted)
      assert.deepEqual(new Set(asked), new Set(['buy', 'Buy', 'Éa']))
      assert.deepEqual(await each(Promise.resolve(found), 'eventType'), ['Éa', 'Buy', 'buy'])
    })

    it('knows a user of many types', async ({ store, dataset }) => {
      const types = Array.from({ length: 50 }, (_, n) => `type${n}`)
      const events = types.flatMap(eventType => [1, 2, 3].map(timestampMs => click({ eventType, timestampMs })))
      await store.interactions.put(dataset, events)
      const found = await store.interactions.ofUserByType(dataset, 'ann', 2, eventType => eventType !== 'type7')
      const times = Map.groupBy(found, ({ eventType }) => eventType)
      assert.deepEqual(new Set(times.keys()), new Set(types).difference(new Set(['type7'])))
      for (const ofType of times.values()) assert.deepEqual(await each(Promise.resolve(ofType), 'timestampMs'), [3, 2])
    })

    it('joins what was put and what was imported, an event that came both ways once', async ({ store, dataset }) => {
      await store.interactions.put(dataset, [buy(1), buy(3), ...clicks])
      await importInteractions(store, dataset, [buy(2), buy(3), buy(4)])
      const items = (limit: number) => each(store.interactions.ofUserByType(dataset, 'ann', limit, isBuy), 'itemId')
      assert.deepEqual(await items(10), ['bought4', 'bought3', 'bought2', 'bought1'])
      assert.deepEqual(await items(3), ['bought4', 'bought3', 'bought2'])
    })

    it('has repeated ones, and returns an event whole', async ({ store, dataset }) => {
      await store.interactions.put(dataset, [buy(1, { eventId: 'e', details: '{"A":1}' }), buy(2, { eventId: 'e' })])
      const history = await store.interactions.ofUser(dataset, 'ann', 10)
      assert.deepEqual(await store.interactions.ofUserByType(dataset, 'ann', 10, isBuy), history)
      assert.deepEqual(
        history.map(({ itemId, repeated }) => `${itemId} ${repeated}`),
        ['bought2 true', 'bought1 false'],
      )
    })

    it('looks back over 10,000 put and 10,000 imported', async ({ store, dataset }) => {
      const many = Array.from({ length: 9999 }, (_, n) => click({ timestampMs: 10 + n }))
      await store.interactions.put(dataset, [buy(1), ...many])
      await importInteractions(store, dataset, [buy(2), ...many.map(event => ({ ...event, itemId: 'b' }))])
      const found = store.interactions.ofUserByType(dataset, 'ann', 10, isBuy)
      assert.deepEqual(await each(found, 'itemId'), ['bought2', 'bought1'])
    })
  })
}
