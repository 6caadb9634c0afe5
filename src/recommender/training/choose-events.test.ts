import assert from 'node:assert/strict'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import type { TestServices } from '#test/services.ts'
import { createGroup, openIdleServices } from '#test/solutions.ts'
import { memoryOf } from '#test/training-memory.ts'
import { type Dataset, datasetsOf } from '../../datasets/of-group.ts'
import { TRAIN_ON } from '../../recipes/train-on.ts'
import { click, importInteractions } from '../../store/suite/fixture.ts'
import { type Bounds, CEILINGS } from './ceilings.ts'
import { readChosen } from './choose-events.ts'
import { EVERY_EVENT } from './event-rules.ts'
import type { Exposure } from './exposure.ts'
import { Numbering } from './numbering.ts'
import { type Plan, planOf } from './plan.ts'
import { trainModel } from './training.ts'
import { EVERYTHING } from './training-window.ts'

const [USERS, EVENTS_EACH, ITEMS] = [200, 20, 50]
const ALL = USERS * EVENTS_EACH

describe('the events that a training reads', () => {
  let services: TestServices
  let datasetGroupArn: string
  let dataset: Dataset
  before(async () => {
    services = await openIdleServices()
    datasetGroupArn = await createGroup(services, 'shop', { types: ['Interactions'] })
    dataset = (await datasetsOf(services.store, datasetGroupArn)).INTERACTIONS!
    // The oldest event of each user is of an item of its own time.
    const events = Array.from({ length: ALL }, (_, n) => {
      const [user, event] = [Math.floor(n / EVENTS_EACH), n % EVENTS_EACH]
      const itemId = event === 0 ? 'old' : `item-${(user + event) % ITEMS}`
      return click({ userId: `user-${1000 + user}`, itemId, timestampMs: 1000 * event + user })
    })
    await importInteractions(services.store, dataset.id, events)
  })
  after(() => services[Symbol.asyncDispose]())

  const planWith = (parameters: Readonly<Record<string, string>> = {}): Plan =>
    planOf({
      recipeArn: 'arn:aws:personalize:::recipe/aws-popularity-count',
      datasetGroupArn,
      solutionConfig: { algorithmHyperParameters: parameters },
    })
  const read = async (bounds: Bounds, parameters?: Readonly<Record<string, string>>, recorded = 0, of = dataset) => {
    const items = new Numbering()
    const choosing = { plan: planWith(parameters), bounds, rules: EVERY_EVENT, excluded: [], items, recorded }
    const chosen = await readChosen({ ...choosing, store: services.store, dataset: of, report() {} })
    const { items: taken, users, left } = chosen.events
    return { ...chosen, all: { events: taken.length + left.events, users: users.length + left.users } }
  }
  const eachOf = ({ users, offsets }: { users: readonly string[]; offsets: Int32Array }) =>
    users.map((_, user) => offsets[user + 1]! - offsets[user]!)

  it('are all where all fit', async () => {
    const { events, all, choice } = await read({})
    assert.deepEqual([events.items.length, all, choice], [ALL, { events: ALL, users: USERS }, EVERYTHING])
  })

  it('are the newest that the solution asks for, of every user', async () => {
    const { events, all } = await read({}, { [TRAIN_ON]: '2000' })
    assert.deepEqual([events.items.length, events.users.length, all.events], [2000, USERS, ALL])
    assert.equal(Math.min(...events.times), 10_000)
  })

  it('are of fewer users where the newest of all would be too few of each, and never more than asked for', async () => {
    const { events, all, choice } = await read({}, { [TRAIN_ON]: '1000' })
    assert.ok(events.items.length <= 1000 && events.items.length > 600, `${events.items.length}`)
    assert.ok(choice.share < 0.7 && all.users === USERS)
    assert.deepEqual([...new Set(eachOf(events))], [8])
  })

  it('are as many as fit into the memory', async () => {
    const memory = memoryOf('popularity-count', { events: 900, users: 100, items: ITEMS })
    const { events } = await read({ memory, least: { events: 0, users: 0 } })
    const size = { events: events.items.length, users: events.users.length, items: ITEMS }
    assert.ok(size.events > 400)
    // Which users the sample has is a matter of chance.
    assert.ok(memoryOf('popularity-count', { ...size, events: 0.8 * size.events }) <= memory)
  })

  it('are fewer where they have contexts, which take memory too', async () => {
    const memory = memoryOf('popularity-count', { events: ALL, users: USERS, items: ITEMS + 1 })
    const bounds: Bounds = { memory, least: { events: 0, users: 0 } }
    const hours = ['HOUR', 'HOUR_OF_SHOP'].map(name => ({ ...dataset.schema.fields[0]!, name, type: 'int' as const }))
    const schema = { ...dataset.schema, fields: [...dataset.schema.fields, ...hours] }
    const [without, those] = [await read(bounds), await read(bounds, {}, 0, { ...dataset, schema })]
    assert.equal(without.events.items.length, ALL)
    assert.ok(those.events.items.length < 0.8 * ALL, `${those.events.items.length}`)
  })

  it('are below the ceilings, however much memory there is', async () => {
    const few = await read({ ceilings: { ...CEILINGS, users: 60 } })
    assert.ok(few.events.users.length > 30 && few.events.users.length < 90, `${few.events.users.length}`)
    const short = await read({ ceilings: { ...CEILINGS, events: 3000 } })
    assert.deepEqual([short.events.items.length, short.events.users.length], [3000, USERS])
  })

  it('end a training where the items are too many, or do not fit, with what to do', async () => {
    await assert.rejects(read({ ceilings: { ...CEILINGS, items: ITEMS } }), {
      name: 'TrainingDataError',
      message:
        /^Create failed\. The datasets have more than 50 different items, the most that a training takes\. Import/,
    })
    await assert.rejects(read({ memory: 500 * 2 ** 20 }, {}, 1e6), {
      name: 'TrainingDataError',
      message:
        /^Create failed\. The 1,000,000 items need 763 MiB of memory without any event, and --training-memory is 500 MiB\./,
    })
  })

  it('are all of a small dataset, however little memory there is', async () => {
    assert.equal((await read({ memory: 2 ** 20 })).events.items.length, ALL)
  })

  it('leave no item unknown: what was met before the chosen ones is not new', async () => {
    const options = { store: services.store, limits: { minimums: true, quotas: false }, seed: 1, report() {} }
    const { artifact, trainedOn } = await trainModel({ ...options, plan: planWith({ [TRAIN_ON]: '2000' }) })
    const whole = await trainModel({ ...options, plan: planWith() })
    const met = ({ exposure, items }: typeof artifact) => {
      const { events, first, newest } = exposure as unknown as Exposure
      const ids = Buffer.from(items.bytes).toString()
      return { counts: events.toSorted(), first: first.toSorted(), newest, ids: ids.length }
    }
    assert.deepEqual(met(artifact), met(whole.artifact))
    assert.deepEqual(artifact.choice, { from: 10_000, share: 1 })
    assert.equal(whole.artifact.choice, undefined)
    const oldest = 10_000
    assert.deepEqual(trainedOn, { events: 2000, eventsTotal: ALL, users: USERS, usersTotal: USERS, oldest })
    assert.equal(whole.trainedOn.events, ALL)
  })

  it('are the same from a snapshot on disk, which the next training brings up to date', async () => {
    const { store, dataDir } = services
    const options = { store, limits: { minimums: true, quotas: false }, seed: 1, plan: planWith(), report() {} }
    const snapshots = { dataDir, least: ALL }
    const train = async (from: object) => {
      const { artifact, metrics, trainedOn } = await trainModel({ ...options, ...from })
      return { artifact, metrics, trainedOn }
    }
    for (const put of [1, 2]) {
      const event = click({ userId: 'user-1003', itemId: 'item-7', timestampMs: 99_000 + put })
      await store.interactions.put(dataset.id, [event])
      const found = await train({ snapshots })
      assert.deepEqual(found, await train({}))
      assert.equal(found.trainedOn.events, ALL + put)
    }
    assert.deepEqual(await readdir(join(dataDir, 'snapshots')), [`${dataset.id}.events`])
  })
})
