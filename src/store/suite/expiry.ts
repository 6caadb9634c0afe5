import assert from 'node:assert/strict'
import { describe } from 'node:test'
import { fc } from '#test/properties.ts'
import type { AgeLimit } from '../expiry.ts'
import type { Store } from '../store.ts'
import { anonymousClick, click, createDataset, each, type ItWithStore, importInteractions } from './fixture.ts'

/** Deletes those of the dataset before a time. Returns how many, and how many of them came late. */
async function expire(store: Store, limit: AgeLimit) {
  let [deleted, late] = [0, 0]
  for await (const step of store.interactions.expire([limit]))
    for (const found of step) {
      assert.equal(found.dataset, limit.dataset)
      deleted += found.deleted
      late += found.late
    }
  return { deleted, late }
}

const at = (timestampMs: number, userId = 'ann') => click({ timestampMs, userId })

/** The promises of `Store.interactions.expire`. */
export function expirySuite(it: ItWithStore): void {
  describe('deleting interactions by their age', () => {
    it('deletes those before the limit, put or imported, and none that is younger', async ({ store, dataset }) => {
      await importInteractions(store, dataset, [at(1), at(2), at(3, 'ben'), at(10), at(11, 'cid'), at(20)])
      await store.interactions.put(dataset, [at(9), at(10, 'ben'), at(30)])
      await store.interactions.put(dataset, [at(5), at(5, 'dan')])
      assert.deepEqual(await expire(store, { dataset, before: 10 }), { deleted: 6, late: 0 })
      assert.deepEqual(await each(store.interactions.scan(dataset, 'ALL'), 'timestampMs'), [10, 20, 30, 10, 11])
      assert.deepEqual(await each(store.interactions.ofUser(dataset, 'ann', 10), 'timestampMs'), [30, 20, 10])
      assert.equal(await store.interactions.count(dataset, 'BULK'), 3)
      assert.equal(await store.interactions.count(dataset, 'PUT'), 2)
      assert.deepEqual(await expire(store, { dataset, before: 10 }), { deleted: 0, late: 0 })
    })

    it('leaves other datasets as they are, and takes a limit for each', async ({ store, dataset }) => {
      const [other, third] = [await createDataset(store, 'other'), await createDataset(store, 'third')]
      for (const id of [dataset, other, third]) await store.interactions.put(id, [at(1), at(2), at(3)])
      const limits = [dataset, other].map((id, i) => ({ dataset: id, before: 2 + i }))
      await Array.fromAsync(store.interactions.expire(limits))
      const left = [dataset, other, third].map(id => store.interactions.count(id, 'ALL'))
      assert.deepEqual(await Promise.all(left), [2, 1, 3])
    })

    it('deletes many of many users, in steps', async ({ store, dataset }) => {
      const users = Array.from({ length: 1100 }, (_, n) => `user-${n}`)
      for (let from = 0; from < users.length; from += 10)
        await store.interactions.put(
          dataset,
          users.slice(from, from + 10).flatMap(user => [at(1, user), at(50, user)]),
        )
      await store.interactions.put(
        dataset,
        Array.from({ length: 2500 }, (_, time) => at(time, 'busy')),
      )
      const imported = users.flatMap(user => [at(2, user), at(60, user)])
      await importInteractions(store, dataset, [...imported, ...Array.from({ length: 900 }, (_, n) => at(n, 'read'))])
      // A step that finds nothing is one too: the caller pauses after it.
      const steps = await Array.fromAsync(store.interactions.expire([{ dataset, before: 0 }]))
      assert.ok(steps.length > 0 && steps.flat().every(({ deleted }) => deleted === 0))
      assert.deepEqual(await expire(store, { dataset, before: 40 }), { deleted: 1100 * 2 + 40 * 2, late: 0 })
      assert.equal(await store.interactions.count(dataset, 'PUT'), 1100 + 2460)
      assert.equal(await store.interactions.count(dataset, 'BULK'), 1100 + 860)
      const kept = await Array.fromAsync(store.interactions.scan(dataset, 'ALL'))
      assert.ok(kept.every(({ timestampMs }) => timestampMs >= 40))
    })

    it('goes on where it was left off', async ({ store, dataset, reopen }) => {
      const rows = Array.from({ length: 3000 }, (_, n) => at(n % 2 === 0 ? 1 : 50, `user-${n}`))
      await store.interactions.put(dataset, rows)
      for await (const step of store.interactions.expire([{ dataset, before: 10 }]))
        if (step.some(({ deleted }) => deleted > 0)) break
      assert.equal(await store.interactions.expiredBefore(dataset), undefined)
      const again = await reopen()
      const left = await again.interactions.count(dataset, 'PUT')
      assert.ok(left >= 1500 && left < 3000)
      assert.deepEqual(await expire(again, { dataset, before: 10 }), { deleted: left - 1500, late: 0 })
      assert.equal(await again.interactions.count(dataset, 'PUT'), 1500)
    })

    it('tells those that arrived after their time had been deleted', async ({ store, dataset, reopen }) => {
      assert.equal(await store.interactions.expiredBefore(dataset), undefined)
      await store.interactions.put(dataset, [at(1), at(9)])
      assert.deepEqual(await expire(store, { dataset, before: 4 }), { deleted: 1, late: 0 })
      assert.equal(await store.interactions.expiredBefore(dataset), 4)
      const again = await reopen()
      assert.equal(await again.interactions.expiredBefore(dataset), 4)
      await again.interactions.put(dataset, [at(1), at(5), at(8)])
      await importInteractions(again, dataset, [at(2), at(6), at(12)])
      assert.deepEqual(await expire(again, { dataset, before: 9 }), { deleted: 5, late: 2 })
    })

    it('takes an eventId again whose event is gone', async ({ store, dataset }) => {
      await store.interactions.put(dataset, [click({ eventId: 'old' }), click({ eventId: 'new', timestampMs: 20 })])
      await expire(store, { dataset, before: 10 })
      const again = ['old', 'new'].map((eventId, n) => click({ eventId, timestampMs: 30 + n }))
      await store.interactions.put(dataset, again)
      const history = await store.interactions.ofUser(dataset, 'ann', 10)
      assert.deepEqual(
        history.map(({ eventId, repeated }) => [eventId, repeated]),
        [
          ['new', true],
          ['old', false],
          ['new', false],
        ],
      )
    })

    it('forgets the session of which nothing is left, and no other', async ({ store, dataset }) => {
      const [over, goesOn] = ['over', 'goes on'].map(sessionId => click({ sessionId }))
      await store.interactions.put(dataset, [over!, goesOn!])
      await store.interactions.put(dataset, [{ ...goesOn!, timestampMs: 20 }])
      await expire(store, { dataset, before: 10 })
      await store.interactions.put(dataset, [
        anonymousClick('over', { timestampMs: 30 }),
        anonymousClick('goes on', { timestampMs: 31 }),
      ])
      assert.deepEqual(await each(store.interactions.ofUser(dataset, 'ann', 10), 'timestampMs'), [31, 20])
      assert.deepEqual(await each(store.interactions.ofUser(dataset, 'over', 10), 'timestampMs'), [30])
    })

    it('tells no watcher, and is no sweep that models would count anew', async ({ store, dataset }) => {
      await store.interactions.put(dataset, [at(1), at(20)])
      await store.catchUp()
      const [swept, told] = [await store.interactions.swept(dataset), [] as unknown[]]
      const stop = store.watch(change => told.push(change))
      await expire(store, { dataset, before: 10 })
      await store.catchUp()
      stop()
      assert.deepEqual(told, [])
      assert.equal(await store.interactions.swept(dataset), swept)
    })

    it('leaves a scan that is under way all that was there when it began', async ({ store, dataset }) => {
      const rows = Array.from({ length: 3000 }, (_, n) => at(n % 20, `user-${n % 500}-${n}`))
      await store.interactions.put(dataset, rows)
      const scan = store.interactions.scan(dataset, 'ALL')[Symbol.asyncIterator]()
      await scan.next()
      assert.equal((await expire(store, { dataset, before: 10 })).deleted, 1500)
      let rest = 0
      while (!(await scan.next()).done) rest++
      assert.equal(rest, 2999)
    })

    it('loses nothing that is put or imported meanwhile', async ({ store, dataset }) => {
      const old = Array.from({ length: 1000 }, (_, n) => at(1, `user-${n}`))
      await store.interactions.put(dataset, old)
      const put = async () => {
        for (let n = 0; n < 100; n++) {
          const sessionId = `session-${n}`
          await store.interactions.put(dataset, [anonymousClick(sessionId, { timestampMs: 20 })])
          await store.interactions.put(dataset, [click({ userId: `user-${n}`, sessionId, timestampMs: 21 })])
        }
      }
      const sweep = async () => {
        for (let n = 0; n < 5; n++) await expire(store, { dataset, before: 10 })
      }
      await Promise.all([put(), sweep(), importInteractions(store, dataset, [at(1), at(22)], 'merge')])
      await expire(store, { dataset, before: 10 })
      assert.equal(await store.interactions.count(dataset, 'ALL'), 201)
      const history = await each(store.interactions.ofUser(dataset, 'user-7', 10), 'timestampMs')
      assert.deepEqual(history, [21, 20])
    })

    it('keeps what a list of all would keep', async ({ store }) => {
      const event = fc.record({
        userId: fc.constantFrom('ann', 'ben', 'cid'),
        itemId: fc.constantFrom('a', 'b'),
        timestampMs: fc.nat({ max: 12 }),
      })
      const events = fc.array(event, { minLength: 1, maxLength: 12 })
      let runs = 0
      const property = fc.asyncProperty(events, events, fc.nat({ max: 13 }), async (put, imported, before) => {
        const dataset = await createDataset(store, `run-${++runs}`)
        await store.interactions.put(dataset, put.map(click))
        await importInteractions(store, dataset, imported.map(click))
        await expire(store, { dataset, before })
        const kept = await Array.fromAsync(store.interactions.scan(dataset, 'ALL'))
        const keyOf = (row: { userId: string; itemId: string; timestampMs: number }) =>
          `${row.userId} ${row.timestampMs} ${row.itemId}`
        const expected = new Set([...put, ...imported].filter(row => row.timestampMs >= before).map(keyOf))
        assert.deepEqual(new Set(kept.map(keyOf)), expected)
        assert.equal(kept.length, expected.size)
      })
      await fc.assert(property, { numRuns: 40 })
    })
  })
}
