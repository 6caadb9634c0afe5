import assert from 'node:assert/strict'
import { describe } from 'node:test'
import { inPages } from '../pages.ts'
import { createDataset, each, GROUP, type ItWithStore, resource, SCHEMA, USERS } from './fixture.ts'

/** The promises of `Store.resources` on creating, reading, listing and updating. */
export function resourcesSuite(it: ItWithStore): void {
  describe('resources', () => {
    it('returns what was created, also after reopening', async ({ store, reopen }) => {
      const tags = [{ tagKey: 'team', tagValue: 'search' }]
      const document = { name: 'music', nested: { list: [1, null, 'é😀'] } }
      const created = await store.resources.create(resource('music', { kind: 'dataset-group', document, tags }))
      const { id, createdAt, updatedAt, ...members } = created
      const nothing = { parent: undefined, reference: undefined }
      assert.deepEqual(members, { arn: 'music', kind: 'dataset-group', status: 'ACTIVE', document, tags, ...nothing })
      assert.ok(Number.isInteger(id) && createdAt === updatedAt)
      assert.deepEqual(await store.resources.get('music'), created)
      assert.deepEqual(await (await reopen()).resources.get('music'), created)
    })

    it('has nothing under an ARN that nobody created', async ({ store }) => {
      assert.equal(await store.resources.get('nobody'), undefined)
    })

    it('refuses an ARN that is taken', async ({ store }) => {
      const before = await store.resources.get(GROUP)
      const again = store.resources.create(resource(GROUP, { status: 'OTHER' }))
      await assert.rejects(again, { name: 'StoreError', code: 'exists' })
      assert.deepEqual(await store.resources.get(GROUP), before)
    })

    for (const link of ['parent', 'reference'] as const) {
      it(`refuses a ${link} that is not there`, async ({ store }) => {
        const orphan = store.resources.create(resource('orphan', { kind: 'dataset', [link]: 'nobody' }))
        await assert.rejects(orphan, { code: 'missing' })
        assert.equal(await store.resources.get('orphan'), undefined)
      })
    }
  })

  describe('listing resources', () => {
    it('lists in the order of creation, page by page', async ({ store }) => {
      for (const arn of ['z', 'b', 'a', 'm', 'c']) await store.resources.create(resource(arn, { kind: 'schema' }))
      const { id: after } = (await store.resources.get(SCHEMA))!
      const first = await store.resources.list({ kind: 'schema', after, limit: 2 })
      const second = await store.resources.list({ kind: 'schema', after: first[1]!.id, limit: 2 })
      const third = await store.resources.list({ kind: 'schema', after: second[1]!.id, limit: 2 })
      const arns = [first, second, third].map(page => page.map(({ arn }) => arn))
      assert.deepEqual(arns, [['z', 'b'], ['a', 'm'], ['c']])
    })

    it('lists all where nothing is asked, and nothing past the last', async ({ store, dataset }) => {
      assert.deepEqual(await each(store.resources.list({}), 'arn'), [SCHEMA, GROUP, USERS])
      assert.deepEqual(await store.resources.list({ after: dataset }), [])
    })

    it('counts them by kind and status', async ({ store }) => {
      const job = { kind: 'dataset-import-job', parent: USERS }
      for (const [arn, status] of Object.entries({ a: 'ACTIVE', b: 'CREATE PENDING', c: 'ACTIVE' })) {
        await store.resources.create(resource(arn, { ...job, status }))
      }
      const tally = await store.resources.tally()
      const jobs = tally.filter(({ kind }) => kind === job.kind).map(({ status, count }) => [status, count])
      assert.deepEqual(Object.fromEntries(jobs), { ACTIVE: 2, 'CREATE PENDING': 1 })
      assert.equal(tally.find(({ kind }) => kind === 'schema')?.count, 1)
    })

    it('lists by kind, parent, reference and all of them together', async ({ store }) => {
      await store.resources.create(resource('other-group', { kind: 'dataset-group' }))
      await store.resources.create(
        resource('cousin', { kind: 'dataset', parent: 'other-group', reference: SCHEMA, status: 'CREATE PENDING' }),
      )
      await store.resources.create(resource('tracker', { kind: 'event-tracker', parent: GROUP }))
      const arns = (query: object) => each(store.resources.list(query), 'arn')
      assert.deepEqual(await arns({ kind: 'dataset-group' }), [GROUP, 'other-group'])
      assert.deepEqual(await arns({ parent: GROUP }), [USERS, 'tracker'])
      assert.deepEqual(await arns({ reference: SCHEMA }), [USERS, 'cousin'])
      assert.deepEqual(await arns({ kind: 'dataset', parent: GROUP, reference: SCHEMA }), [USERS])
    })
  })

  describe('listing resources the newest first', () => {
    it('goes page by page as well', async ({ store }) => {
      for (const arn of ['a', 'b', 'c', 'd', 'e']) await store.resources.create(resource(arn, { kind: 'job' }))
      const query = { kind: 'job', newestFirst: true, limit: 2 } as const
      const first = await store.resources.list(query)
      const second = await store.resources.list({ ...query, after: first[1]!.id })
      const third = await store.resources.list({ ...query, after: second[1]!.id })
      const arns = [first, second, third].map(page => page.map(({ arn }) => arn))
      assert.deepEqual(arns, [['e', 'd'], ['c', 'b'], ['a']])
    })

    it('finds the newest of a status', async ({ store }) => {
      for (const [arn, status] of Object.entries({ old: 'ACTIVE', newest: 'ACTIVE', failed: 'CREATE FAILED' }))
        await store.resources.create(resource(arn, { kind: 'job', parent: USERS, status }))
      const query = { kind: 'job', parent: USERS, status: 'ACTIVE', newestFirst: true, limit: 1 } as const
      assert.deepEqual(await each(store.resources.list(query), 'arn'), ['newest'])
    })

    it('returns all of them in pages', async ({ store }) => {
      const arns = Array.from({ length: 1001 }, (_, n) => `job ${n}`)
      // No more at once than a busy machine has patience for.
      while (arns.length > 0)
        await Promise.all(arns.splice(0, 50).map(arn => store.resources.create(resource(arn, { kind: 'job' }))))
      for (const newestFirst of [true, undefined] as const) {
        const query = { kind: 'job', newestFirst } as const
        const found = await each(inPages(store.resources, query), 'id')
        assert.deepEqual(found, await each(store.resources.list(query), 'id'))
        assert.equal(new Set(found).size, 1001)
      }
    })
  })

  describe('the resources of a dataset group', () => {
    it('are those in it, at whatever depth, of all kinds or one', async ({ store }) => {
      await store.resources.create(resource('other', { kind: 'dataset-group' }))
      for (const [arn, kind, parent] of [
        ['solution', 'solution', GROUP],
        ['version', 'solution-version', 'solution'],
        ['batch', 'batch-inference-job', 'version'],
        ['campaign', 'campaign', 'solution'],
        ['import', 'dataset-import-job', USERS],
        ['theirs', 'recommender', 'other'],
        ['recommender', 'recommender', GROUP],
      ] as const)
        await store.resources.create(resource(arn, { kind, parent }))
      const arns = (query: object) => each(store.resources.list(query), 'arn')
      const inside = ['solution', 'version', 'batch', 'campaign', 'import', 'recommender']
      assert.deepEqual(await arns({ datasetGroup: GROUP }), [USERS, ...inside])
      assert.deepEqual(await arns({ datasetGroup: GROUP, kind: 'campaign' }), ['campaign'])
      const jobs = ['recommender', 'import', 'batch', 'version']
      assert.deepEqual(await arns({ datasetGroup: GROUP, isJob: true, newestFirst: true }), jobs)
      assert.deepEqual(await arns({ isJob: true, newestFirst: true, limit: 2 }), ['recommender', 'theirs'])
    })
  })

  describe('counting resources', () => {
    it('counts what a query is for, no further than asked', async ({ store }) => {
      for (const status of ['ACTIVE', 'CREATE PENDING', 'CREATE IN_PROGRESS', 'CREATE FAILED'])
        await store.resources.create(resource(status, { kind: 'dataset-import-job', parent: USERS, status }))
      const count = (query: object, atMost = 100) => store.resources.count(query, atMost)
      assert.equal(await count({ kind: 'dataset-import-job' }), 4)
      assert.equal(await count({ kind: 'dataset-import-job' }, 3), 3)
      assert.equal(await count({ kind: 'dataset-import-job', unfinished: true }), 2)
      assert.equal(await count({ parent: USERS, status: 'ACTIVE' }), 1)
      assert.equal(await count({ kind: 'dataset-import-job', parent: GROUP }), 0)
      assert.equal(await count({ datasetGroup: GROUP }), 5)
    })

    it('is right by kind and status after changes and removals', async ({ store, reopen }) => {
      const jobs = async (of = store) => {
        const counts = (await of.resources.tally()).filter(({ kind }) => kind === 'dataset-import-job')
        return Object.fromEntries(counts.map(({ status, count }) => [status, count]))
      }
      for (const arn of ['a', 'b', 'c'])
        await store.resources.create(resource(arn, { kind: 'dataset-import-job', parent: USERS, status: 'PENDING' }))
      await store.resources.update('a', { status: 'ACTIVE' })
      await store.resources.update('b', { status: 'ACTIVE', document: { progress: 1 } })
      await store.resources.update('b', { document: { progress: 2 } })
      assert.deepEqual(await jobs(), { ACTIVE: 2, PENDING: 1 })
      await store.resources.update('c', { status: 'CREATE FAILED' })
      assert.deepEqual(await jobs(), { ACTIVE: 2, 'CREATE FAILED': 1 })
      await store.resources.remove('a')
      assert.deepEqual(await jobs(await reopen()), { ACTIVE: 1, 'CREATE FAILED': 1 })
    })

    it('leaves out what was removed with what it lived in', async ({ store }) => {
      await store.resources.create(resource('a', { kind: 'dataset-import-job', parent: USERS }))
      await store.resources.remove(USERS)
      const kinds = (await store.resources.tally()).map(({ kind }) => kind)
      assert.deepEqual(kinds.sort(), ['dataset-group', 'schema'])
    })
  })

  describe('unfinished resources', () => {
    it('are those that wait, run or are being stopped, in the order of creation', async ({ store }) => {
      const unfinished = ['PENDING', 'IN PROGRESS', 'START PENDING', 'CREATE IN_PROGRESS', 'CREATE STOPPING']
      for (const status of ['ACTIVE', ...unfinished, 'CREATE FAILED', 'CREATE STOPPED', 'INACTIVE'])
        await store.resources.create(resource(status, { kind: 'job', status }))
      assert.deepEqual(await each(store.resources.unfinished(), 'arn'), unfinished)
      await store.resources.update('PENDING', { status: 'ACTIVE' })
      await store.resources.update('ACTIVE', { status: 'UPDATE PENDING' })
      assert.deepEqual(await each(store.resources.unfinished(), 'arn'), ['ACTIVE', ...unfinished.slice(1)])
    })
  })

  describe('updating a resource', () => {
    it('is refused where it has another status than it must have', async ({ store }) => {
      const made = await store.resources.create(resource('job', { status: 'CREATE STOPPING' }))
      const end = { status: 'ACTIVE', document: { done: true }, ifStatus: ['CREATE PENDING', 'CREATE IN_PROGRESS'] }
      await assert.rejects(store.resources.update('job', end), { name: 'StoreError', code: 'changed' })
      assert.deepEqual(await store.resources.get('job'), made)
      await store.resources.update('job', { ...end, ifStatus: ['CREATE STOPPING'] })
      assert.equal((await store.resources.get('job'))!.status, 'ACTIVE')
    })

    it('merges the document and leaves the rest as it was', async ({ store, reopen }) => {
      const old = await store.resources.create(resource('x', { document: { kept: 1, replaced: { a: 1 } } }))
      const updated = await store.resources.update('x', { document: { replaced: { b: 2 }, added: null } })
      const { updatedAt } = updated
      assert.deepEqual(updated, { ...old, updatedAt, document: { kept: 1, replaced: { b: 2 }, added: null } })
      assert.ok(updatedAt >= old.createdAt)
      assert.deepEqual(await (await reopen()).resources.get('x'), updated)
    })

    it('changes status, reference and tags', async ({ store }) => {
      const change = { status: 'DELETING', reference: GROUP, tags: [{ tagKey: 'a', tagValue: 'b' }] }
      const { status, reference, tags } = await store.resources.update(USERS, change)
      assert.deepEqual({ status, reference, tags }, change)
    })

    it('refuses what is not there, and a reference that is not there', async ({ store }) => {
      await assert.rejects(store.resources.update('nobody', { status: 'ACTIVE' }), { code: 'missing' })
      await assert.rejects(store.resources.update(USERS, { status: 'X', reference: 'nobody' }), { code: 'missing' })
      assert.equal((await store.resources.get(USERS))!.status, 'ACTIVE')
    })

    it('makes a dataset take rows, or no longer', async ({ store }) => {
      const dataset = await createDataset(store, 'later')
      await store.resources.update('later', { status: 'CREATE PENDING' })
      await assert.rejects(store.records.put(dataset, []), { code: 'inactive' })
      await store.resources.update('later', { status: 'ACTIVE' })
      await store.records.put(dataset, [])
    })
  })
}
