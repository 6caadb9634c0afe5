import assert from 'node:assert/strict'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, beforeEach, describe, it } from 'node:test'
import { setTimeout } from 'node:timers/promises'
import { temporaryDirectory } from '#test/directory.ts'
import { eventsIn } from '#test/events-in.ts'
import { eventually } from '#test/eventually.ts'
import { NODES } from '#test/nodes.ts'
import { openTwoStores, type TwoStores } from '#test/two-stores.ts'
import type { Dataset } from '../../src/datasets/of-group.ts'
import { keepSnapshot } from '../../src/recommender/snapshots/keep-snapshot.ts'
import { openEvents } from '../../src/recommender/training/event-source.ts'
import { digestOfAll } from '../../src/store/postgres/tables/staged-interactions.ts'
import { click, createDataset, each, GROUP } from '../../src/store/suite/fixture.ts'

/** This many numbers a snapshot once looked back, for events that were committed late. */
const FORMERLY_LOOKED_BACK = 100_000

describe(`an event that ${NODES[0]} commits after events with greater numbers`, () => {
  let servers: TwoStores
  let directory: string
  let dataset: Dataset
  let count = 0
  before(async () => {
    servers = await openTwoStores('late')
    directory = await temporaryDirectory()
  })
  beforeEach(async () => {
    const arn = `arn:aws:personalize:us-east-1:1:dataset/shop-${++count}/INTERACTIONS`
    dataset = { id: await createDataset(servers.one, arn), arn, datasetGroupArn: GROUP } as Dataset
    await put('first')
  })
  after(async () => {
    await servers[Symbol.asyncDispose]()
    await rm(directory, { recursive: true })
  })

  const put = (userId: string, store = servers.other) => store.interactions.put(dataset.id, [click({ userId })])
  const users = () => each(servers.other.interactions.after(dataset.id, 0, 10), 'userId')
  const lastNumber = () =>
    servers.withClient(async client => (await client.query('SELECT last_value FROM writes')).rows[0].last_value)

  /** Runs it while the event of `late`, with a number of its own, waits for another transaction with the same event. */
  const whileLate = (run: () => Promise<void>): Promise<void> =>
    servers.withClient(async client => {
      await client.query('BEGIN')
      await client.query(
        "INSERT INTO interactions VALUES ($1, 0, 'late', 1, $2, 'a', 'click', 0, NULL, '', NULL, NULL, false, false)",
        [dataset.id, digestOfAll(click())],
      )
      const before = await lastNumber()
      const late = put('late', servers.one)
      await eventually('the late event to have a number', async () => (await lastNumber()) !== before)
      await put('quick')
      assert.deepEqual(await users(), ['first', 'quick'])
      await run()
      await client.query('ROLLBACK')
      await late
    })
  /** Begins it while the event is late. Returns its result, which it may have only afterwards. */
  const begunMeanwhile = async <Result>(begin: () => Promise<Result>): Promise<Result> => {
    let begun: Promise<Result> | undefined
    await whileLate(async () => {
      begun = begin()
      await Promise.race([begun, setTimeout(1000)])
    })
    return begun!
  }

  it('is in the snapshot of the dataset, however many numbers were drawn since', async () => {
    const path = join(directory, `${dataset.id}.events`)
    const keep = async () => {
      await using file = await keepSnapshot({ path, store: servers.other, dataset, readers: 1, report() {} })
      return (await eventsIn(file!.read())).map(({ userId }) => userId)
    }
    assert.deepEqual(await keep(), ['first'])
    assert.deepEqual(await begunMeanwhile(keep), ['first', 'late', 'quick'])
    await servers.withClient(client =>
      client.query(`SELECT count(nextval('writes')) FROM generate_series(1, ${2 * FORMERLY_LOOKED_BACK})`),
    )
    await put('second')
    assert.deepEqual(await keep(), ['first', 'late', 'quick', 'second'])
  })

  it('is read by a training up to the number of which a model is told of later ones', async () => {
    const open = () => openEvents({ store: servers.other, dataset, bounds: {}, report() {} })
    await using source = await begunMeanwhile(open)
    await put('next')
    const trained = (await eventsIn(source.read())).map(({ userId }) => userId)
    assert.deepEqual(trained, ['first', 'late', 'quick'])
    assert.deepEqual(await each(servers.other.interactions.after(dataset.id, source.seq, 10), 'userId'), ['next'])
  })

  it('is waited for alone, and no transaction of others is', async () => {
    const { interactions } = servers.other
    const [first] = await interactions.latest(dataset.id, 1)
    await servers.withClient(async client => {
      await client.query('BEGIN')
      await client.query("DELETE FROM interactions WHERE user_id = 'nobody'")
      assert.equal(await interactions.settled(dataset.id), first!.seq)
      await client.query('ROLLBACK')
    })
    const settled = await begunMeanwhile(() => interactions.settled(dataset.id))
    assert.equal(settled, (await interactions.latest(dataset.id, 1))[0]!.seq)
    assert.deepEqual(await users(), ['first', 'late', 'quick'])
  })
})
