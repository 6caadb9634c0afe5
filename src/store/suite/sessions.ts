import assert from 'node:assert/strict'
import { describe } from 'node:test'
import type { Store } from '../store.ts'
import { anonymousClick, click, createDataset, each, type ItWithStore } from './fixture.ts'

const itemsOf = (store: Store, dataset: number, userId: string) =>
  each(store.interactions.ofUser(dataset, userId, 10), 'itemId')

/** The owner of an event while its user is not known, and after (guide: "Recording events for anonymous users"). */
export function sessionsSuite(it: ItWithStore): void {
  describe('sessions', () => {
    it("are a history of their own while their user isn't known", async ({ store, dataset }) => {
      await store.interactions.put(dataset, [anonymousClick('s'), anonymousClick('t', { itemId: 'b' })])
      assert.deepEqual(await itemsOf(store, dataset, 's'), ['a'])
      const [event] = await store.interactions.ofUser(dataset, 't', 10)
      assert.deepEqual([event!.anonymous, event!.sessionId, event!.itemId], [true, 't', 'b'])
    })

    it("make their events the user's when the user is known", async ({ store, dataset }) => {
      await store.interactions.put(dataset, [anonymousClick('s'), anonymousClick('other')])
      await store.interactions.put(dataset, [click({ sessionId: 's', itemId: 'b', timestampMs: 2 })])
      assert.deepEqual(await itemsOf(store, dataset, 'ann'), ['b', 'a'])
      assert.deepEqual(await itemsOf(store, dataset, 's'), [])
      assert.deepEqual(await itemsOf(store, dataset, 'other'), ['a'])
    })

    it('give the user what comes later without a userId, also after reopening', async ({ store, dataset, reopen }) => {
      await store.interactions.put(dataset, [click({ sessionId: 's' }), anonymousClick('s', { itemId: 'b' })])
      const again = await reopen()
      await again.interactions.put(dataset, [anonymousClick('s', { itemId: 'c' })])
      assert.deepEqual(await itemsOf(again, dataset, 'ann'), ['c', 'b', 'a'])
    })

    it('of one id in two datasets are two', async ({ store, dataset }) => {
      const other = await createDataset(store, 'other')
      await store.interactions.put(other, [click({ sessionId: 's' })])
      await store.interactions.put(dataset, [anonymousClick('s')])
      assert.deepEqual(await itemsOf(store, dataset, 's'), ['a'])
    })

    it('count as a duplicate what the user had already', async ({ store, dataset }) => {
      await store.interactions.put(dataset, [anonymousClick('s'), click({ sessionId: 's' })])
      assert.deepEqual(await itemsOf(store, dataset, 'ann'), ['a'])
      assert.equal(await store.interactions.duplicates(dataset), 1)
      assert.equal(await store.interactions.count(dataset, 'PUT'), 1)
    })

    it('forget the eventId of what the user had already, and keep the others', async ({ store, dataset }) => {
      await store.interactions.put(dataset, [click()])
      await store.interactions.put(dataset, [
        anonymousClick('s', { eventId: 'had' }),
        anonymousClick('s', { itemId: 'b', eventId: 'new' }),
      ])
      await store.interactions.put(dataset, [click({ sessionId: 's', itemId: 'c', eventId: 'had' })])
      await store.interactions.put(dataset, [
        click({ itemId: 'd', eventId: 'had' }),
        click({ itemId: 'e', eventId: 'new' }),
      ])
      const events = await store.interactions.ofUser(dataset, 'ann', 10)
      assert.deepEqual(
        events.map(({ itemId, repeated }) => `${itemId} ${repeated}`),
        ['e true', 'd true', 'c false', 'b false', 'a false'],
      )
      assert.equal(await store.interactions.duplicates(dataset), 1)
    })

    it('that two users share give each the events before theirs', async ({ store, dataset }) => {
      await store.interactions.put(dataset, [anonymousClick('s')])
      await store.interactions.put(dataset, [click({ sessionId: 's', itemId: 'b' })])
      await store.interactions.put(dataset, [click({ userId: 'ben', sessionId: 's', itemId: 'c' })])
      await store.interactions.put(dataset, [anonymousClick('s', { itemId: 'd' })])
      assert.deepEqual(await itemsOf(store, dataset, 'ann'), ['b', 'a'])
      assert.deepEqual(await itemsOf(store, dataset, 'ben'), ['d', 'c'])
    })

    it('may have the id of their own user', async ({ store, dataset }) => {
      await store.interactions.put(dataset, [anonymousClick('ann'), click({ sessionId: 'ann', itemId: 'b' })])
      await store.interactions.put(dataset, [anonymousClick('ann', { itemId: 'c' })])
      assert.deepEqual(await itemsOf(store, dataset, 'ann'), ['c', 'b', 'a'])
    })

    it("may have the id of another user, whose events they don't take along", async ({ store, dataset }) => {
      await store.interactions.put(dataset, [anonymousClick('s'), click({ sessionId: 's', itemId: 'b' })])
      await store.interactions.put(dataset, [click({ userId: 'ben', sessionId: 'ann', itemId: 'c' })])
      assert.deepEqual(await itemsOf(store, dataset, 'ann'), ['b', 'a'])
      assert.deepEqual(await itemsOf(store, dataset, 'ben'), ['c'])
    })

    it('are forgotten with their user', async ({ store, dataset }) => {
      await store.interactions.put(dataset, [anonymousClick('s'), click({ sessionId: 's', itemId: 'b' })])
      assert.equal(await store.interactions.deleteUsers(dataset, ['ann']), 2)
      await store.interactions.put(dataset, [anonymousClick('s', { itemId: 'c' })])
      assert.deepEqual(await itemsOf(store, dataset, 'ann'), [])
      assert.deepEqual(await itemsOf(store, dataset, 's'), ['c'])
    })

    it('stay with a user who was in them after the place up to which the user is deleted', async ({
      store,
      dataset,
    }) => {
      await store.interactions.put(dataset, [click({ sessionId: 'old' }), click({ sessionId: 's', itemId: 'b' })])
      const before = await store.nextSeq()
      await store.interactions.put(dataset, [click({ sessionId: 's', itemId: 'c' })])
      assert.equal(await store.interactions.deleteUsers(dataset, ['ann'], before), 2)
      const later = ['s', 'old'].map(session => anonymousClick(session, { itemId: `of ${session}`, timestampMs: 2 }))
      await store.interactions.put(dataset, later)
      assert.deepEqual(await itemsOf(store, dataset, 'ann'), ['of s', 'c'])
      assert.deepEqual(await itemsOf(store, dataset, 'old'), ['of old'])
    })
  })
}
