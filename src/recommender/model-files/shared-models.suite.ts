import assert from 'node:assert/strict'
import { rm } from 'node:fs/promises'
import { after, before, it } from 'node:test'
import { setTimeout } from 'node:timers/promises'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { temporaryDirectory } from '#test/directory.ts'
import { eventually } from '#test/eventually.ts'
import { createMarket, deploy, train } from '#test/market.ts'
import { startTestServer } from '#test/server.ts'
import { openTestStore } from '#test/store.ts'
import type { Resource } from '../../store/resource-store.ts'
import type { Store } from '../../store/store.ts'
import type { LoadedModel } from '../serving/open-model.ts'
import { openServing, type Serving } from '../serving/serving.ts'
import { type Artifacts, openArtifacts } from './artifacts.ts'

const HOUR_MS = 3_600_000

/** Where the models of a test are: a folder, or a prefix of a bucket. */
interface TestPlace {
  readonly models: string
  /** The paths behind it, of models and all other files. */
  list(): Promise<readonly string[]>
  put(path: string, content: string): Promise<void>
}

/** The promises of any place of models, for two servers on one store: one that trains, and another that answers. */
export function sharesModels(open: () => Promise<TestPlace>): void {
  let place: TestPlace
  let store: Store
  let group: string
  let campaign: string
  const dirs: string[] = []
  let trained: Artifacts
  let here: Serving
  const failures: unknown[] = []
  const deleting: string[] = []
  let versions: readonly Resource[]

  const directory = async () => dirs[dirs.push(await temporaryDirectory()) - 1]!
  before(async () => {
    place = await open()
    const dataDir = await directory()
    const server = await startTestServer({ dataDir, models: place.models })
    group = (await createMarket(server)).datasetGroupArn
    campaign = await deploy(server, group, 'aws-popularity-count')
    await train(server, group, 'aws-popularity-count')
    await server[Symbol.asyncDispose]()
    store = await openTestStore(dataDir)
    versions = await store.resources.list({ kind: 'solution-version' })
    trained = openArtifacts({ dataDir, models: place.models, identity: store.identity })
    const failed = (error: unknown) => void failures.push(error)
    here = openServing(store, await directory(), {
      models: place.models,
      failed,
      deleting: ({ path, reason }) => deleting.push(`${path} ${reason}`),
    })
  })
  after(async () => {
    here[Symbol.dispose]()
    await store.close()
    for (const dir of dirs) await rm(dir, { recursive: true })
  })

  const version = async (at = 0) => (await store.resources.get(versions[at]!.arn))!
  const ask = async (owner: Resource) => {
    await store.catchUp()
    return here.model(owner, await here.sources(group))
  }
  /** Of the model of the last training. */
  let seq: number | undefined
  /** As another server does; returns the path of the new file. */
  const retrain = async (trainedAt = Date.now()) => {
    const owner = await version()
    const artifact = await trained.load(owner)
    seq = artifact.seq + 1
    const modelFile = await trained.keep(owner, { ...artifact, seq }, async () => [])
    await store.resources.update(owner.arn, {
      document: { modelFile, modelFileBefore: owner.document.modelFile, trainedAt },
    })
    return `${owner.id}/${modelFile}`
  }
  /** The model of the last training, as soon as it is loaded. */
  const last = (ask: () => Promise<LoadedModel>) =>
    eventually('the model of the last training', async () => {
      const model = await ask()
      return (seq === undefined || model.seq === seq) && model
    })
  const pathOf = ({ id, document }: Resource) => `${id}/${document.modelFile}`

  it('answers on a server that did not train it, read once for all who ask', async () => {
    const owner = await version()
    const models = await Promise.all(Array.from({ length: 8 }, () => ask(owner)))
    assert.equal(new Set(models).size, 1)
    assert.ok(models[0]!.itemIndex.size > 0)
    assert.ok((await place.list()).includes(pathOf(owner)))
  })

  it('is replaced when it was trained anew elsewhere, for whoever asks', async () => {
    const stale = await version()
    const old = await ask(stale)
    await retrain()
    const anew = await last(async () => ask(await version()))
    assert.notEqual(anew, old)
    // An owner read from the store before the training is no reason to load the old model.
    assert.equal(await ask(stale), anew)
    await retrain()
    // The server may have heard of this training already, and have loaded its model.
    assert.ok((await ask(stale)).seq >= anew.seq)
  })

  it('is loaded without being asked for where it was trained anew elsewhere, however often', async () => {
    const stale = await version()
    await last(() => ask(stale))
    for (let times = 0; times < 3; times++) await retrain()
    // A request with an owner read before starts nothing.
    await last(() => ask(stale))
  })

  it('is garbage when the last request that it answers has ended', async () => {
    const owner = await version()
    const request: { model?: LoadedModel } = { model: await last(() => ask(owner)) }
    const old = new WeakRef(request.model!)
    await retrain()
    await last(() => ask(owner))
    await collectGarbage()
    assert.ok(old.deref())
    delete request.model
    await eventually('the old model to be garbage', async () => {
      await collectGarbage()
      return old.deref() === undefined
    })
  })

  it('answers for a campaign that was updated elsewhere until the other version is loaded, and is garbage then', async () => {
    const [first, second] = [await version(0), await version(1)]
    assert.equal(here.answering(campaign, first), first)
    const old = new WeakRef(await last(() => ask(first)))
    // As UpdateCampaign does.
    await store.resources.update(campaign, { reference: second.arn })
    assert.equal(here.answering(campaign, second), first)
    // Nobody need ask for that: the store tells of it.
    await eventually('the old model to be garbage', async () => {
      await collectGarbage()
      return old.deref() === undefined
    })
    assert.equal(here.answering(campaign, second), second)
    await store.resources.update(campaign, { reference: first.arn })
    await eventually('the first version to answer', () => here.answering(campaign, first) === first)
  })

  it('answers where the newer one cannot be loaded, and the server is told why', async () => {
    const owner = await version()
    const old = await ask(owner)
    const { modelFile, trainedAt } = owner.document
    const missing = { modelFile: `${Date.now()}-00000000.safetensors`, trainedAt: Date.now() + 1 }
    failures.length = 0
    await store.resources.update(owner.arn, { document: missing })
    await eventually('a failure', async () => (await ask(await version())) === old && failures.length > 0)
    const told = /^InternalFailure: The model of .* is missing: start all servers and workers with/
    assert.match(String(failures[0]), told)
    await store.resources.update(owner.arn, { document: { modelFile, trainedAt } })
    assert.equal(await ask(await version()), old)
  })

  it('is swept when another was trained an hour before, and not while another server may read it', async () => {
    const before = pathOf(await version())
    const later = await retrain(Date.now() - HOUR_MS / 2)
    await here.sweep()
    assert.deepEqual((await place.list()).filter(path => [before, later].includes(path)).sort(), [before, later].sort())
    await store.resources.update((await version()).arn, { document: { trainedAt: Date.now() - 2 * HOUR_MS } })
    await here.sweep()
    const left = await place.list()
    assert.deepEqual(
      [before, later].filter(path => left.includes(path)),
      [later],
    )
    assert.ok(deleting.some(line => line === `${before} replaced`))
  })

  it('is not swept while it is trained elsewhere, nor of what is created meanwhile', async () => {
    const artifact = await trained.load(await version())
    const owner = await store.resources.update((await version()).arn, { status: 'CREATE IN_PROGRESS' })
    const during = `${owner.id}/${await trained.keep(owner, artifact, async () => [])}`
    const created: { readonly arn: string; readonly path: string }[] = []
    // In S3 it asks once for the bucket, and once for the copies on this disk.
    await trained.sweep(async () => {
      const owners = await store.resources.list({ kind: 'solution-version' })
      const next = await store.resources.create({ ...owner, arn: `${owner.arn}-${created.length}` })
      created.push({ arn: next.arn, path: `${next.id}/${await trained.keep(next, artifact, async () => [])}` })
      return owners
    })
    const left = await place.list()
    assert.ok([during, ...created.map(({ path }) => path)].every(path => left.includes(path)))
    await store.resources.update(owner.arn, { status: 'ACTIVE' })
    const deleted = await Promise.all(created.map(async ({ arn }) => (await store.resources.get(arn))!))
    for (const { arn } of created) await store.resources.remove(arn)
    // Of what this store has just deleted it knows one file each; what else is of no owner waits.
    await here.sweep(deleted.map((one, i) => ({ ...one, document: { modelFile: created[i]!.path.split('/')[1] } })))
    const after = await place.list()
    assert.ok(!created.some(({ path }) => after.includes(path)))
    assert.ok([during, pathOf(owner)].every(path => after.includes(path)))
  })

  it('shares its place with what else is there, and has a week before it goes without an owner', async () => {
    const others = ['notes.txt', '999/notes.txt']
    for (const path of [...others, '999/model.safetensors']) await place.put(path, 'something')
    await here.sweep()
    const after = await place.list()
    assert.ok([...others, '999/model.safetensors'].every(path => after.includes(path)))
    await place.put('personalite-without-owner.json', JSON.stringify({ '999/model.safetensors': 1 }))
    await here.sweep()
    const left = await place.list()
    assert.ok(others.every(path => left.includes(path)))
    assert.ok(!left.includes('999/model.safetensors'))
    assert.ok(deleting.includes('999/model.safetensors without an owner'))
  })

  it('is of the store whose id is in its place: another store neither takes it nor sweeps it', async () => {
    const models = await place.list()
    const none = async () => []
    for (const owners of [none, async () => versions]) {
      const other = openArtifacts({ dataDir: await directory(), models: place.models, identity: 'another' })
      const refused = {
        name: 'ForeignPlace',
        message: /^the models there belong to another store: .*write another into/,
      }
      await assert.rejects(other.claim(owners), refused)
      await assert.rejects(other.sweep(owners), refused)
    }
    await trained.claim(none)
    assert.deepEqual(await place.list(), models)
  })

  it('is taken over from an older version of this program by the store that knows it, and by no other', async () => {
    const claims = async (identity: string, owners: () => Promise<readonly Resource[]>) =>
      openArtifacts({ dataDir: await directory(), models: place.models, identity }).claim(owners)
    await place.put('personalite-store-id', '')
    await assert.rejects(
      claims('another', async () => []),
      { name: 'ForeignPlace', message: /^there are models there, and this store knows none of them: / },
    )
    await place.put('personalite-store-id', 'another\n')
    await claims('another', async () => [])
    await assert.rejects(
      trained.claim(async () => versions),
      { name: 'ForeignPlace' },
    )
    await place.put('personalite-store-id', '')
    const owners = async () => store.resources.list({ kind: 'solution-version' })
    await claims(store.identity, owners)
    await trained.claim(owners)
    await assert.rejects(claims('another', owners), { name: 'ForeignPlace' })
  })
}

setFlagsFromString('--expose-gc')
const gc = runInNewContext('gc') as () => void

/** A WeakRef keeps its target until the turn of the event loop has ended. */
async function collectGarbage(): Promise<void> {
  await setTimeout(1)
  gc()
}
