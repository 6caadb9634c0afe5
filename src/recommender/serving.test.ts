import assert from 'node:assert/strict'
import { readFile, rm, writeFile } from 'node:fs/promises'
import { after, before, describe, it } from 'node:test'
import { temporaryDirectory } from '../../test/support/directory.ts'
import { createMarket, deploy, ITEMS_EACH } from '../../test/support/market.ts'
import { startTestServer } from '../../test/support/server.ts'
import { openStore } from '../store/open.ts'
import type { Resource, Store } from '../store/store.ts'
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
    store = await openStore(dataDir)
    version = (await store.resources.list({ kind: 'solution-version' }))[0]!
  })
  after(async () => {
    await store.close()
    await rm(dataDir, { recursive: true })
  })

  const asking = async (serving: ReturnType<typeof openServing>) => serving.model(version, await serving.sources(group))
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
    assert.equal(models[0]!.shelf.size, 2 * ITEMS_EACH)
  })

  it('has every item that was put, more than are remembered too, for all who ask', async () => {
    await putItems('late', 25_000)
    const models = await Promise.all([asking(serving), asking(serving)])
    for (const { shelf } of models) {
      assert.equal(shelf.size, 2 * ITEMS_EACH + 25_000)
      assert.deepEqual(shelf.candidate(shelf.numberOf('late-0')).id, 'late-0')
    }
  })

  it('has what is put while it is read', async () => {
    using other = openServing(store, dataDir)
    const asked = asking(other)
    await putItems('meanwhile', 1)
    assert.ok((await other.catalogue(await other.sources(group))).has('meanwhile-0'))
    await asked
    assert.ok((await asking(other)).shelf.numberOf('meanwhile-0') >= 0)
  })

  it('says what to do where a model is missing or damaged, and has it again once it is there', async () => {
    using other = openServing(store, dataDir)
    const path = `${dataDir}/models/${version.id}/model.safetensors`
    const whole = await readFile(path)
    const refused = {
      name: 'InternalFailure',
      message: `The model of ${version.arn} cannot be read: create another solution version and deploy it, which trains anew`,
    }
    await rm(path)
    await assert.rejects(asking(other), refused)
    for (const damaged of [whole.subarray(0, whole.length / 2), Buffer.from('no model'), Buffer.alloc(0)]) {
      await writeFile(path, damaged)
      await assert.rejects(asking(other), refused)
    }
    await writeFile(path, whole)
    assert.ok((await asking(other)).shelf.size > 0)
  })

  it('lets go of what was deleted, and of what a training that was cut off left behind', async () => {
    const sources = await serving.sources(group)
    const catalogue = await serving.catalogue(sources)
    const part = `${dataDir}/models/${version.id}/model.safetensors.part`
    await writeFile(part, 'half a model')
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
