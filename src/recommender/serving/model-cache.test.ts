import assert from 'node:assert/strict'
import { rename, rm } from 'node:fs/promises'
import { after, before, describe, it } from 'node:test'
import { temporaryDirectory } from '#test/directory.ts'
import { eventually } from '#test/eventually.ts'
import { createMarket, deploy } from '#test/market.ts'
import { startTestServer } from '#test/server.ts'
import { openTestStore } from '#test/store.ts'
import { datasetsOf } from '../../datasets/of-group.ts'
import type { Resource } from '../../store/resource-store.ts'
import type { Store } from '../../store/store.ts'
import { openArtifacts } from '../model-files/artifacts.ts'
import { openCatalogue } from './catalogue.ts'
import { openModelCache } from './model-cache.ts'
import type { Ground } from './model-in-memory.ts'

describe('the models in memory', () => {
  let dataDir: string
  let store: Store
  let version: Resource
  let ground: Ground
  before(async () => {
    dataDir = await temporaryDirectory()
    const server = await startTestServer({ dataDir })
    const group = (await createMarket(server)).datasetGroupArn
    await deploy(server, group, 'aws-user-personalization-v2')
    await server[Symbol.asyncDispose]()
    store = await openTestStore(dataDir)
    version = (await store.resources.list({ kind: 'solution-version' }))[0]!
    const datasets = await datasetsOf(store, group)
    ground = { catalogue: await openCatalogue(store, datasets.ITEMS!), events: datasets.INTERACTIONS!.id }
  })
  after(async () => {
    await store.close()
    await rm(dataDir, { recursive: true })
  })

  const trained = (trainedAt: number): Resource => {
    return { ...version, updatedAt: trainedAt, document: { ...version.document, trainedAt } }
  }
  const opened = () => {
    const failures: unknown[] = []
    const artifacts = openArtifacts({ dataDir, models: undefined, identity: store.identity, deleting: undefined })
    return { failures, cache: openModelCache(store, { artifacts }, error => failures.push(error)) }
  }
  const whileFileIsAway = async (run: () => Promise<void>) => {
    const path = `${dataDir}/models/${version.id}/${version.document.modelFile}`
    await rename(path, `${path}.away`)
    await run().finally(() => rename(`${path}.away`, path))
  }

  it('are loaded by the first who asks, and forgotten when they are dropped', async () => {
    const { cache } = opened()
    assert.equal(cache.state(version), 'absent')
    const asked = cache.get(version, ground)
    assert.equal(cache.state(version), 'loading')
    await asked
    assert.equal(cache.state(version), 'loaded')
    cache.drop(version.id)
    assert.equal(cache.state(version), 'absent')
    assert.notEqual(await cache.get(version, ground), await asked)
  })

  it('are absent where they cannot be loaded, and asked for again by the next request', async () => {
    const { cache, failures } = opened()
    await whileFileIsAway(async () => {
      await assert.rejects(cache.get(version, ground), /is missing/)
      assert.equal(cache.state(version), 'absent')
    })
    await cache.get(version, ground)
    assert.equal(cache.state(version), 'loaded')
    assert.deepEqual(failures, [])
  })

  it('answer until the model of a newer training has taken their place', async () => {
    const { cache } = opened()
    const [old, next] = [trained(1), trained(2)]
    const model = await cache.get(old, ground)
    assert.equal(await cache.get(next, ground), model)
    assert.equal(cache.state(old), 'replacing')
    assert.ok(cache.isBehind(next))
    await eventually('the newer model', () => cache.state(old) === 'loaded')
    const anew = await cache.get(next, ground)
    assert.notEqual(anew, model)
    assert.ok(!cache.isBehind(next))
    // A request that read the owner before the training.
    assert.equal(await cache.get(old, ground), anew)
    assert.equal(cache.state(old), 'loaded')
  })

  it('go on answering where the newer one cannot be loaded, which is told once and not tried again at once', async () => {
    const { cache, failures } = opened()
    const [old, next] = [trained(1), trained(2)]
    const model = await cache.get(old, ground)
    await whileFileIsAway(async () => {
      await cache.get(next, ground)
      await eventually('the failure', () => failures.length > 0)
    })
    assert.match(`${failures[0]}`, /is missing/)
    assert.equal(await cache.get(next, ground), model)
    assert.equal(cache.state(old), 'loaded')
    assert.equal(failures.length, 1)
  })

  it('stay away where they were deleted while another was loaded', async () => {
    const { cache } = opened()
    await cache.get(trained(1), ground)
    const prepared = cache.prepare(trained(2), ground, trained(1))
    assert.equal(cache.state(version), 'replacing')
    cache.drop(version.id)
    await prepared
    assert.equal(cache.state(version), 'absent')
  })
})
