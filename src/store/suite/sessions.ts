import assert from 'node:assert/strict'
import { describe } from 'node:test'
import { fc } from '#test/properties.ts'
import type { StoredInteraction } from '../rows.ts'
import type { Store } from '../store.ts'
import { anonymousClick, click, createDataset, each, type ItWithStore } from './fixture.ts'

const itemsOf = (store: Store, dataset: number, userId: string) =>
  each(store.interactions.ofUser(dataset, userId, 10), 'itemId')

/**
 * Events of few users, sessions, items, times and ids: most have something of another. The items of anonymous events
 * are their session's: of two that turn out to be one event of a user, either may stay.
 */
const eventsAlike: fc.Arbitrary<StoredInteraction> = fc
  .record({
    userId: fc.constantFrom('ann', 'ben'),
    sessionId: fc.constantFrom(null, 's', 't'),
    isAnonymous: fc.boolean(),
    itemId: fc.constantFrom('a', 'b'),
    timestampMs: fc.nat(3),
    eventId: fc.constantFrom(null, 'e', 'f', 'g', 'h'),
  })
  .map(({ userId, sessionId, isAnonymous, itemId, ...event }) =>
    isAnonymous && sessionId
      ? anonymousClick(sessionId, { itemId: `${itemId} of ${sessionId}`, ...event })
      : click({ userId, sessionId, itemId, ...event }),
  )

/** All that is stored, in the order in which it was put, and how much was not. */
async function allOf({ interactions }: Store, dataset: number) {
  const events = (await interactions.latest(dataset, 100)).map(({ seq: _, ...event }) => event)
  return { events, duplicates: await interactions.duplicates(dataset) }
}

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

    it('have the same users, and each event and eventId once, put at once or one after the other', async ({
      store,
    }) => {
      let runs = 0
      const holds = async (before: readonly StoredInteraction[], events: readonly StoredInteraction[]) => {
        const [atOnce, oneByOne] = [await createDataset(store, `${++runs}/a`), await createDataset(store, `${runs}/b`)]
        for (const dataset of [atOnce, oneByOne]) await store.interactions.put(dataset, before)
        await store.interactions.put(atOnce, events)
        for (const event of events) await store.interactions.put(oneByOne, [event])
        assert.deepEqual(await allOf(store, atOnce), await allOf(store, oneByOne))
      }
      const some = (most: number) => fc.array(eventsAlike, { minLength: 1, maxLength: most })
      await fc.assert(fc.asyncProperty(some(3), some(12), holds), { numRuns: 40 })
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
