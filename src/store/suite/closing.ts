import assert from 'node:assert/strict'
import { describe } from 'node:test'
import { setTimeout } from 'node:timers/promises'
import { type ItWithStore, record, recordsFrom } from './fixture.ts'

/** The promises of `Store.close`. */
export function closingSuite(it: ItWithStore): void {
  describe('closing the store', () => {
    it('finishes what was accepted', async ({ store, dataset, reopen }) => {
      const puts = recordsFrom(0, 1000).map(one => store.records.put(dataset, [one]))
      const again = await reopen()
      await Promise.all(puts)
      assert.equal(await again.records.count(dataset, 'ALL'), 1000)
    })

    it('refuses what comes afterwards', async ({ store, dataset }) => {
      await store.close()
      await assert.rejects(store.records.put(dataset, [record('ann')]), /the store is closed/)
      await assert.rejects(store.records.get(dataset, 'ann'))
      await assert.rejects(store.resources.create({ arn: 'x', kind: 'schema', status: 'ACTIVE', document: {} }))
      await assert.rejects(Array.fromAsync(store.records.scan(dataset, 'ALL')))
    })

    it('comes to an end under load, with every call either stored or refused', async ({ store, dataset, reopen }) => {
      let acknowledged = 0
      const callers = Array.from({ length: 20 }, async (_, caller) => {
        await setTimeout(caller) // so that some call while others' calls are under way
        for (let call = 0; ; call++) {
          await store.records.put(dataset, [record(`${caller}-${call}`)])
          acknowledged++
        }
      })
      const ends = Promise.allSettled(callers)
      await setTimeout(50)
      const again = await reopen()
      for (const end of await ends) assert.match(`${(end as PromiseRejectedResult).reason}`, /the store is closed/)
      assert.equal(await again.records.count(dataset, 'ALL'), acknowledged)
    })

    it('may be asked for more than once', async ({ store }) => {
      await Promise.all([store.close(), store.close()])
      await store.close()
    })
  })
}
