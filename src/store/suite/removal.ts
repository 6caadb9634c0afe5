import assert from 'node:assert/strict'
import { describe } from 'node:test'
import { click, createDataset, GROUP, type ItInScene, importRecords, record, resource, SCHEMA, USERS } from './scene.ts'

const JOB = 'arn:aws:personalize:us-east-1:1:dataset-import-job/first'

/** What `Store.resources.remove` promises. */
export function removalSuite(it: ItInScene): void {
  describe('removing a resource', () => {
    it('removes it for good', async ({ store, reopen }) => {
      await store.resources.remove(USERS)
      assert.equal(await store.resources.get(USERS), undefined)
      assert.equal(await (await reopen()).resources.get(USERS), undefined)
      await assert.rejects(store.resources.remove(USERS))
    })

    it('refuses what is not there', async ({ store }) => {
      await assert.rejects(store.resources.remove('nobody'), { name: 'StoreError', code: 'missing' })
    })

    it('refuses what another lives in, and what another is made from', async ({ store }) => {
      await assert.rejects(store.resources.remove(GROUP), { code: 'referenced' })
      await assert.rejects(store.resources.remove(SCHEMA), { code: 'referenced' })
      await store.resources.remove(USERS)
      await store.resources.remove(GROUP)
      await store.resources.remove(SCHEMA)
    })

    for (const status of ['CREATE PENDING', 'CREATE IN_PROGRESS']) {
      it(`refuses a dataset whose job is ${status}`, async ({ store }) => {
        await store.resources.create(resource(JOB, { parent: USERS, status }))
        await assert.rejects(store.resources.remove(USERS), { code: 'referenced' })
        assert.ok((await store.resources.get(USERS)) && (await store.resources.get(JOB)))
      })
    }

    for (const status of ['ACTIVE', 'CREATE FAILED']) {
      it(`takes along a job that is ${status}`, async ({ store }) => {
        await store.resources.create(resource(JOB, { parent: USERS, status }))
        await store.resources.remove(USERS)
        assert.equal(await store.resources.get(JOB), undefined)
      })
    }

    it('leaves the jobs where the resource itself cannot go', async ({ store }) => {
      await store.resources.create(resource(JOB, { parent: GROUP }))
      await assert.rejects(store.resources.remove(GROUP), { code: 'referenced' })
      assert.ok(await store.resources.get(JOB))
    })
  })

  describe('a removed dataset', () => {
    it('takes no more rows', async ({ store, dataset }) => {
      await store.resources.remove(USERS)
      await assert.rejects(store.records.put(dataset, [record('ann')]), { code: 'missing' })
      await assert.rejects(store.interactions.put(dataset, [click()]), { code: 'missing' })
    })

    it('leaves nothing to a new one under its ARN, nor its id', async ({ store, dataset }) => {
      await store.records.put(dataset, [record('put')])
      await importRecords(store, dataset, [record('bulk')])
      await store.interactions.put(dataset, [click(), click(), click({ sessionId: 's', itemId: 'b' })])
      await store.resources.remove(USERS)
      const again = await createDataset(store)
      assert.notEqual(again, dataset)
      assert.equal(await store.records.count(again, 'ALL'), 0)
      assert.deepEqual(await store.records.latest(again, 10), [])
      assert.deepEqual(await store.interactions.ofUser(again, 'ann', 10), [])
      assert.equal(await store.interactions.duplicates(again), 0)
    })

    it('gives its id to nobody after reopening either', async ({ store, dataset, reopen }) => {
      await store.resources.remove(USERS)
      assert.ok((await createDataset(await reopen())) > dataset)
    })

    it('is purged of every row, and no other dataset is', async ({ store, dataset }) => {
      const other = await createDataset(store, 'other')
      for (const id of [dataset, other]) {
        await store.records.put(id, [record('put')])
        await importRecords(store, id, [record('bulk')])
        await store.interactions.put(id, [click(), click()])
      }
      await store.resources.remove(USERS)
      await store.purge()
      const left = (id: number) =>
        Promise.all([
          store.records.count(id, 'ALL'),
          store.records.latest(id, 10).then(latest => latest.length),
          store.interactions.count(id, 'ALL'),
          store.interactions.duplicates(id),
        ])
      assert.deepEqual(await left(dataset), [0, 0, 0, 0])
      assert.deepEqual(await left(other), [2, 1, 1, 1])
    })

    it('is purged by the next to open the store, where this one could not', async ({ store, dataset, reopen }) => {
      const rows = Array.from({ length: 5000 }, (_, n) => record(`${n}`))
      await store.records.put(dataset, rows)
      const removed = store.resources.remove(USERS)
      const again = await reopen()
      await removed
      await again.purge()
      assert.equal(await again.records.count(dataset, 'ALL'), 0)
    })
  })
}
