import assert from 'node:assert/strict'
import { readFile, rename, rm, utimes, writeFile } from 'node:fs/promises'
import { after, before, describe, it } from 'node:test'
import { temporaryDirectory } from '#test/directory.ts'
import { createMarket, deploy, ITEMS_EACH } from '#test/market.ts'
import { startTestServer } from '#test/server.ts'
import { openTestStore } from '#test/store.ts'
import type { Resource } from '../../store/resource-store.ts'
import type { Store } from '../../store/store.ts'
import { click, importRecords } from '../../store/suite/fixture.ts'
import { openServing } from './serving.ts'

describe('what answers requests', () => {
  let dataDir: string
  let store: Store
  let version: Resource
  let group: string
  before(async () => {
    dataDir = await temporaryDirectory()
    const server = await startTestServer({ dataDir })
    group = (await createMarket(server)).datasetGroupArn
    await deploy(server, group, 'aws-user-personalization-v2')
    await server[Symbol.asyncDispose]()
    store = await openTestStore(dataDir)
    version = (await store.resources.list({ kind: 'solution-version' }))[0]!
  })
  after(async () => {
    await store.close()
    await rm(dataDir, { recursive: true })
  })

  const asking = async (serving: ReturnType<typeof openServing>) => {
    await store.catchUp()
    return serving.model(version, await serving.sources(group))
  }
  const putItems = async (prefix: string, count: number) => {
    const { ITEMS } = await serving.sources(group)
    const rows = Array.from({ length: count }, (_, n) => ({ id: `${prefix}-${n}`, fields: '["drama",1]' }))
    await store.records.put(ITEMS!.id, rows)
  }
  let serving: ReturnType<typeof openServing>
  before(() => {
    serving = openServing(store, dataDir)
  })
  after(() => serving[Symbol.dispose]())

  it('is read once, however many ask for it at first', async () => {
    const models = await Promise.all(Array.from({ length: 8 }, () => asking(serving)))
    assert.equal(new Set(models).size, 1)
    assert.equal(models[0]!.itemIndex.size, 2 * ITEMS_EACH)
  })

  it('has every item that was put, more than are remembered too, for all who ask', async () => {
    await putItems('late', 25_000)
    const models = await Promise.all([asking(serving), asking(serving)])
    for (const { itemIndex } of models) {
      assert.equal(itemIndex.size, 2 * ITEMS_EACH + 25_000)
      assert.deepEqual(itemIndex.recordOf(itemIndex.numberOf('late-0')).id, 'late-0')
    }
  })

  it('has what is put while it is read', async () => {
    using other = openServing(store, dataDir)
    const asked = asking(other)
    await putItems('meanwhile', 1)
    assert.ok((await other.catalogue(await other.sources(group))).has('meanwhile-0'))
    await asked
    assert.ok((await asking(other)).itemIndex.numberOf('meanwhile-0') >= 0)
  })

  it('needs no file once it is warm', async () => {
    using other = openServing(store, dataDir)
    await other.warm(version)
    const path = `${dataDir}/models/${version.id}/${version.document.modelFile}`
    await rename(path, `${path}.away`)
    assert.ok((await asking(other)).itemIndex.size > 0)
    await rename(`${path}.away`, path)
  })

  it('is what it was while what is to take its place is loaded', async () => {
    using other = openServing(store, dataDir)
    const trained = (trainedAt: number) => ({ ...version, document: { ...version.document, trainedAt } })
    const sources = await other.sources(group)
    const [old, next] = [trained(1), trained(2)]
    const model = await other.model(old, sources)
    const warm = other.warm(next, old)
    assert.equal(await other.model(old, sources), model)
    await warm
    const anew = await other.model(next, sources)
    assert.notEqual(anew, model)
    // A request with an owner read from the store before the end of the job.
    assert.equal(await other.model(old, sources), anew)
  })

  it('has what a bulk import brought, and answers with what was there until then', async () => {
    using other = openServing(store, dataDir)
    const sources = await other.sources(group)
    const dataset = sources.ITEMS!.id
    const before = await asking(other)
    await importRecords(store, dataset, [{ id: 'imported', fields: '["comedy",2]' }], 'merge')
    const renewed = other.renewed()
    assert.equal(await asking(other), before)
    await putItems('between', 1)
    assert.ok((await asking(other)).itemIndex.numberOf('between-0') >= 0)
    await renewed
    const { itemIndex } = await asking(other)
    assert.notEqual(itemIndex, before.itemIndex)
    assert.deepEqual(itemIndex.recordOf(itemIndex.numberOf('imported')).fields, [['comedy'], 2])
    assert.ok(itemIndex.numberOf('between-0') >= 0)
    assert.ok((await other.catalogue(sources)).has('imported'))
    await putItems('after', 1)
    assert.ok((await asking(other)).itemIndex.numberOf('after-0') >= 0)
  })

  it('knows every event once that is put while it is loaded and after, duplicates left out', async () => {
    using other = openServing(store, dataDir)
    const { INTERACTIONS } = await other.sources(group)
    const { itemIndex, exposure } = await asking(serving)
    const item = itemIndex.numberOf('drama-29')
    const known = exposure.events[item]!
    const put = (timestampMs: number) =>
      store.interactions.put(INTERACTIONS!.id, [click({ itemId: 'drama-29', timestampMs })])
    const putAll = (from: number) => Promise.all(Array.from({ length: 600 }, (_, n) => put(from + Math.floor(n / 2))))
    const asked = asking(other)
    await putAll(1000)
    await asked
    await putAll(5000)
    assert.equal((await asking(other)).exposure.events[item], known + 600)
    assert.equal((await asking(serving)).exposure.events[item], known + 600)
    await put(9000)
    assert.equal((await asking(other)).exposure.events[item], known + 601)
  })

  it('says what to do where a model is missing or damaged, and has it again once it is there', async () => {
    using other = openServing(store, dataDir)
    const path = `${dataDir}/models/${version.id}/${version.document.modelFile}`
    const whole = await readFile(path)
    const refused = {
      name: 'InternalFailure',
      message: `The model of ${version.arn} is damaged: create another solution version and deploy it, which trains anew`,
    }
    await rm(path)
    await assert.rejects(asking(other), {
      name: 'InternalFailure',
      message: /^The model of \S+ is missing: /,
    })
    const flipped = (at: number) => whole.map((byte, i) => (i === at ? byte ^ 1 : byte))
    const cut = [whole.subarray(0, whole.length / 2), Buffer.from('no model'), Buffer.alloc(0)]
    for (const damaged of [...cut, flipped(whole.length - 1), flipped(150)]) {
      await writeFile(path, damaged)
      await assert.rejects(asking(other), refused)
    }
    await writeFile(path, whole)
    assert.ok((await asking(other)).itemIndex.size > 0)
  })

  it('lets go of what was deleted, and of what a training that was cut off left behind', async () => {
    const sources = await serving.sources(group)
    const catalogue = await serving.catalogue(sources)
    const part = `${dataDir}/models/${version.id}/${version.document.modelFile}.part`
    await writeFile(part, 'half a model')
    await utimes(part, 1, 1)
    await store.resources.update(version.arn, { status: 'CREATE IN_PROGRESS' })
    await serving.sweep()
    assert.equal(await serving.catalogue(sources), catalogue)
    assert.equal(await readFile(part, 'utf8'), 'half a model')
    await store.resources.update(version.arn, { status: 'CREATE STOPPED' })
    await store.resources.remove(sources.ITEMS!.arn)
    await serving.sweep()
    await assert.rejects(readFile(part), { code: 'ENOENT' })
    assert.notEqual(await serving.catalogue(sources), catalogue)
  })
})
