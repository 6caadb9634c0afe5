import assert from 'node:assert/strict'
import { describe } from 'node:test'
import type { Store } from '../store.ts'
import {
  click,
  createDataset,
  GROUP,
  type ItWithStore,
  importInteractions,
  importRecords,
  MANY,
  record,
  resource,
  SCHEMA,
  USERS,
} from './fixture.ts'

const JOB = 'arn:aws:personalize:us-east-1:1:dataset-import-job/first'
const SOLUTION = 'arn:aws:personalize:us-east-1:1:solution/news'
const VERSION = `${SOLUTION}/00000001`
const BATCH = 'arn:aws:personalize:us-east-1:1:batch-inference-job/first'
const CAMPAIGN = 'arn:aws:personalize:us-east-1:1:campaign/web'

/** The promises of `Store.resources.remove`. */
export function removalSuite(it: ItWithStore): void {
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

  describe('removing a solution', () => {
    /** A solution with one version, with a batch job in it. */
    const createSolution = async (store: Store, versionStatus = 'ACTIVE', batchStatus = 'ACTIVE') => {
      await store.resources.create(resource(SOLUTION, { parent: GROUP }))
      const version = { kind: 'solution-version', parent: SOLUTION, status: versionStatus }
      await store.resources.create(resource(VERSION, version))
      await store.resources.create(resource(BATCH, { parent: VERSION, status: batchStatus }))
    }

    it('takes along its versions, and the jobs in these', async ({ store }) => {
      await createSolution(store)
      await store.resources.remove(SOLUTION)
      for (const arn of [SOLUTION, VERSION, BATCH]) assert.equal(await store.resources.get(arn), undefined)
    })

    for (const [version, batch] of [
      ['CREATE PENDING', 'ACTIVE'],
      ['CREATE IN_PROGRESS', 'ACTIVE'],
      ['CREATE STOPPING', 'ACTIVE'],
      ['ACTIVE', 'PENDING'],
      ['ACTIVE', 'IN PROGRESS'],
    ] as const) {
      it(`refuses one whose version is ${version} and its batch job ${batch}`, async ({ store }) => {
        await createSolution(store, version, batch)
        await assert.rejects(store.resources.remove(SOLUTION), { code: 'referenced' })
        for (const arn of [SOLUTION, VERSION, BATCH]) assert.ok(await store.resources.get(arn))
      })
    }

    it('refuses one whose version a campaign is made from, and leaves all there', async ({ store }) => {
      await createSolution(store)
      await store.resources.create(resource(CAMPAIGN, { parent: SOLUTION, reference: VERSION }))
      await assert.rejects(store.resources.remove(SOLUTION), { code: 'referenced' })
      for (const arn of [SOLUTION, VERSION, BATCH]) assert.ok(await store.resources.get(arn))
      await store.resources.remove(CAMPAIGN)
      await store.resources.remove(SOLUTION)
    })

    it('leaves other solutions as they are', async ({ store }) => {
      await createSolution(store)
      const other = `${SOLUTION}s`
      await store.resources.create(resource(other, { parent: GROUP }))
      await store.resources.create(resource(`${other}/1`, { kind: 'solution-version', parent: other }))
      await store.resources.remove(SOLUTION)
      assert.ok(await store.resources.get(`${other}/1`))
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

    it('is purged of rows that are more than a transaction deletes', async ({ store, dataset }) => {
      const users = Array.from({ length: MANY }, (_, user) => `${user}`)
      const clicks = users.map(userId => click({ userId, sessionId: `s${userId}`, eventId: `e${userId}` }))
      await importRecords(
        store,
        dataset,
        users.map(id => record(id)),
      )
      await importInteractions(store, dataset, clicks)
      await store.interactions.put(dataset, clicks)
      await store.resources.remove(USERS)
      await store.purge()
      const left = [store.records.count(dataset, 'ALL'), store.interactions.count(dataset, 'ALL')]
      assert.deepEqual(await Promise.all(left), [0, 0])
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
