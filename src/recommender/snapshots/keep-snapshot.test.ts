import assert from 'node:assert/strict'
import { readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, beforeEach, describe, it } from 'node:test'
import { eventsIn } from '#test/events-in.ts'
import { openTestServices, type TestServices } from '#test/services.ts'
import { createGroup } from '#test/solutions.ts'
import { type Dataset, datasetsOf } from '../../datasets/of-group.ts'
import { createRandom } from '../../engine/math/random.ts'
import { quotas } from '../../operations/shared/quotas.ts'
import type { StoredInteraction } from '../../store/rows.ts'
import type { Store } from '../../store/store.ts'
import { anonymousClick, click, importInteractions } from '../../store/suite/fixture.ts'
import type { TrainingEvent } from '../training/events.ts'
import { type SnapshotFolder, snapshotsIn } from './folder.ts'
import { keepSnapshot } from './keep-snapshot.ts'
import { originOf } from './origin.ts'
import { openSnapshot, writeSnapshot } from './snapshot-file.ts'

const USERS = Array.from({ length: 40 }, (_, n) => `user-${n + 10}`)

describe('the snapshot of a dataset', () => {
  let services: TestServices
  let store: Store
  let folder: SnapshotFolder
  let group = 0
  let dataset: Dataset
  let readers = 1
  /** How often all of a dataset was read from the store. */
  let scans = 0
  /** How often all of a user was. */
  let histories = 0
  before(async () => {
    services = await openTestServices()
    const { interactions } = services.store
    const scan: typeof interactions.scan = (...args) => {
      scans++
      return interactions.scan(...args)
    }
    const ofUser: typeof interactions.ofUser = (...args) => {
      histories++
      return interactions.ofUser(...args)
    }
    store = Object.assign(Object.create(services.store), { interactions: { ...interactions, scan, ofUser } })
    folder = snapshotsIn(join(services.dataDir, 'kept'))
  })
  after(() => services[Symbol.asyncDispose]())
  beforeEach(async () => {
    const datasetGroupArn = await createGroup({ ...services, quotas: quotas.none }, `shop-${++group}`, {
      types: ['Interactions'],
    })
    dataset = (await datasetsOf(store, datasetGroupArn)).INTERACTIONS!
    await importAll('publish', 0)
    await put(USERS.slice(0, 20).map((userId, n) => click({ userId, timestampMs: 5000 + n, eventValue: n / 4 })))
    await keep()
  })

  const importAll = (mode: 'publish' | 'merge', from: number) =>
    importInteractions(
      services.store,
      dataset.id,
      USERS.flatMap(userId =>
        ['a', 'b', 'c'].map((itemId, n) =>
          click({ userId, itemId, timestampMs: from + n, details: '{"DEVICE":"tv"}' }),
        ),
      ),
      mode,
    )
  const put = (events: readonly StoredInteraction[]) => services.store.interactions.put(dataset.id, events)
  const plain = ({ userId, itemId, timestampMs, eventType, eventValue, details, repeated }: TrainingEvent) =>
    JSON.stringify([userId, itemId, timestampMs, eventType, eventValue, details, repeated])
  const expireBefore = (before: number) =>
    Array.fromAsync(services.store.interactions.expire([{ dataset: dataset.id, before }]))
  const inStore = async () => (await Array.fromAsync(services.store.interactions.scan(dataset.id, 'ALL'))).map(plain)
  const keep = async () => {
    const path = folder.pathOf(dataset.id)
    await using file = await keepSnapshot({ path, store, dataset, readers, report() {} })
    const events = await eventsIn(file!.read())
    assert.ok(file!.events >= events.length)
    return { events: events.map(plain), seq: file!.seq }
  }
  /** Asserts that the file has what the store has, and whether all of it was read for that. */
  const assertKept = async (isReadWhole: boolean) => {
    const before = scans
    const { events } = await keep()
    const read = scans - before
    assert.deepEqual(events, await inStore())
    assert.equal(read, isReadWhole ? 1 : 0)
  }

  it('has every event that was put or imported, in the order of the store, and is not written again', async () => {
    const { mtimeMs } = await stat(folder.pathOf(dataset.id))
    await assertKept(false)
    assert.equal((await stat(folder.pathOf(dataset.id))).mtimeMs, mtimeMs)
    assert.equal((await keep()).seq, (await store.interactions.latest(dataset.id, 1))[0]!.seq)
  })

  it('takes in what is put: of users in it, of new ones before and after them, older events too', async () => {
    await put([click({ userId: 'user-30', itemId: 'new', timestampMs: 6000, eventType: 'view' })])
    await put(['aaa', 'user-30x', 'zzz', 'user-é', 'user-😀'].map(userId => click({ userId, timestampMs: 1 })))
    await put([click({ userId: 'user-15', timestampMs: -5 }), click({ userId: 'user-15', timestampMs: 9e12 })])
    await assertKept(false)
    await put([click({ userId: 'zzz', timestampMs: 2 })])
    await assertKept(false)
  })

  it('marks events that repeat an eventId, and has an event once that came twice', async () => {
    await put([click({ userId: 'user-10', eventId: 'e', timestampMs: 7000 })])
    await assertKept(false)
    await put([click({ userId: 'user-11', eventId: 'e', timestampMs: 7001 })])
    await put([click({ userId: 'user-12', itemId: 'a', timestampMs: 0, details: '{"DEVICE":"tv"}' })])
    await assertKept(false)
    assert.equal((await keep()).events.filter(event => event.endsWith('true]')).length, 1)
  })

  it('gives the events of a session to the user whom it turns out to be', async () => {
    await put([anonymousClick('s-1', { timestampMs: 8000 }), anonymousClick('s-2', { timestampMs: 8000 })])
    await assertKept(false)
    await put([click({ userId: 'user-13', sessionId: 's-1', timestampMs: 8001 })])
    await put([anonymousClick('s-1', { timestampMs: 8002 })])
    await assertKept(false)
    const { events } = await keep()
    assert.deepEqual(
      [events.some(event => event.startsWith('["s-1"')), events.some(event => event.includes('s-2'))],
      [false, true],
    )
  })

  it('is made anew after an import, full or incremental', async () => {
    await importAll('merge', 10_000)
    await assertKept(true)
    await importAll('publish', 20_000)
    await assertKept(true)
    await put([click({ userId: 'user-14', timestampMs: 30_000 })])
    await assertKept(false)
  })

  it('has nothing of deleted users, nor of what came of them between', async () => {
    await put([click({ userId: 'user-16', timestampMs: 9000 })])
    await services.store.interactions.deleteUsers(dataset.id, ['user-16', 'user-17'])
    await assertKept(true)
    const { events } = await keep()
    assert.ok(!events.some(event => /"user-1[67]"/.test(event)))
  })

  it('has nothing that was deleted for its age, and is not read whole for that', async () => {
    await put([click({ userId: 'user-19', itemId: 'young', timestampMs: 9200 })])
    await keep()
    await expireBefore(5010)
    await assertKept(false)
    await put([click({ userId: 'user-20', timestampMs: 9300 })])
    await assertKept(false)
    assert.equal((await keep()).events.length, 12)
    await expireBefore(4000)
    await assertKept(true)
  })

  it('is made anew where it may be of another store, or of this one before it was restored from a backup', async () => {
    const { events, seq } = await keep()
    const origin = await originOf(store, dataset)
    const other = await createGroup({ ...services, quotas: quotas.none }, `beside-${group}`, {
      types: ['Interactions'],
    })
    await services.store.interactions.put((await datasetsOf(store, other)).INTERACTIONS!.id, [click()])
    await put([click({ userId: 'user-18', timestampMs: 9100 })])
    const newest = await store.nextSeq()
    for (const head of [
      { of: { ...origin, identity: 'another' }, seq },
      { of: { ...origin, imported: '7 1700000000000' }, seq },
      { of: { ...origin, dataset: dataset.id + 1 }, seq },
      // Numbers that are not drawn yet, and one that is another dataset's event.
      { of: origin, seq: newest + 5 },
      { of: origin, seq: seq + 1 },
    ]) {
      const path = folder.pathOf(dataset.id)
      await writeSnapshot(path, `${path}.part`, async () => head)
      await assertKept(true)
    }
    assert.equal((await keep()).events.length, events.length + 1)
  })

  it('is the same where several threads read it, each some of the users', async () => {
    await put([click({ userId: 'user-21', timestampMs: 9400, eventType: 'view', itemId: 'only-here' })])
    const { events } = await keep()
    await rm(folder.pathOf(dataset.id))
    readers = 3
    assert.deepEqual((await keep()).events, events)
    readers = 1
    const files = await readdir(join(folder.pathOf(dataset.id), '..'))
    assert.deepEqual(
      files.filter(name => !/^\d+\.events$/.test(name)),
      [],
    )
  })

  it('is made anew where it is damaged', async () => {
    const path = folder.pathOf(dataset.id)
    const made = await readFile(path)
    await writeFile(path, made.subarray(0, made.length - 3))
    assert.equal(await openSnapshot(path), undefined)
    await assertKept(true)
    made[100]! ^= 1
    await writeFile(path, made)
    await assert.rejects(keep(), /^DamagedSnapshot: The file of events is damaged: a checksum differs$/)
    await assertKept(true)
    const again = await readFile(path)
    again[100]! ^= 1
    await writeFile(path, again)
    await put([click({ userId: 'user-22', timestampMs: 9500 })])
    await assertKept(true)
  })

  it('reads no user whole where new events tell all', async () => {
    histories = 0
    await put(USERS.map((userId, n) => click({ userId, sessionId: `s-${n}`, timestampMs: 2000 + n, itemId: 'b' })))
    await put([anonymousClick('s-anonymous', { timestampMs: 100 })])
    await put([click({ userId: 'user-12', eventId: 'e', timestampMs: 1, itemId: 'a' })])
    await assertKept(false)
    assert.equal(histories, 0)
  })

  it('asks the store for what new events do not tell: a session that is a user, events alike but for a value', async () => {
    await put([anonymousClick('s-1', { timestampMs: 100 })])
    await keep()
    for (const { more, asked } of [
      { more: [click({ userId: 'user-10', sessionId: 's-1', timestampMs: 200 })], asked: 2 },
      { more: [click({ userId: 'user-11', itemId: 'b', timestampMs: 1, eventValue: 7 })], asked: 1 },
      { more: [1, 2, 3].map(eventValue => click({ userId: 'user-13', timestampMs: 300, eventValue })), asked: 1 },
    ]) {
      histories = 0
      await put(more)
      await assertKept(false)
      assert.equal(histories, asked)
    }
  })

  for (const seed of [1, 2, 3])
    it(`is the same after many changes of any kind, and as one that is made anew (${seed})`, async () => {
      const random = createRandom(seed)
      const below = (n: number) => Math.floor(random() * n)
      const anyEvent = () => {
        const of = {
          timestampMs: below(50),
          itemId: `i-${below(4)}`,
          eventType: `type-${below(2)}`,
          eventValue: random() < 0.3 ? below(3) : null,
          details: random() < 0.3 ? `{"DEVICE":"${below(3)}"}` : '',
          eventId: random() < 0.3 ? `e-${below(40)}` : null,
        }
        const sessionId = `s-${below(5)}`
        return random() < 0.3
          ? anonymousClick(sessionId, of)
          : click({ ...of, userId: `user-${below(30)}`, sessionId: random() < 0.5 ? sessionId : null })
      }
      for (let round = 0; round < 15; round++) {
        const events = Array.from({ length: below(40) }, anyEvent)
        for (const event of events) await put([event])
        if (random() < 0.15) await services.store.interactions.deleteUsers(dataset.id, [`user-${below(30)}`])
        if (random() < 0.15) await importAll('merge', below(50))
        if (random() < 0.1) await importAll('publish', below(50))
        if (random() < 0.2) await expireBefore(3 * round)
        assert.deepEqual((await keep()).events, await inStore())
      }
      const { events } = await keep()
      await rm(folder.pathOf(dataset.id))
      assert.deepEqual((await keep()).events, events)
    })

  it('takes new events into the middle of a user that fills chunks', async () => {
    const MANY = 70_000
    const many = Array.from({ length: MANY }, (_, n) => click({ userId: 'user-25', timestampMs: 2 * n }))
    await importInteractions(services.store, dataset.id, [...many, click({ userId: 'user-26' })])
    await keep()
    const times = [-1, 3, 2 * MANY - 5001, 2 * MANY - 1, 2 * MANY + 1]
    await put(times.map(timestampMs => click({ userId: 'user-25', timestampMs, itemId: 'new' })))
    await put([click({ userId: 'user-25', timestampMs: 2 * MANY - 2, eventValue: 1 }), click({ userId: 'user-2' })])
    await assertKept(false)
  })

  it('is readable by its owner alone, and deleted with its dataset and after a change that is no put', async () => {
    const path = folder.pathOf(dataset.id)
    assert.equal((await stat(path)).mode & 0o777, 0o600)
    await writeFile(`${path}.1.part`, '')
    await folder.sweep(store)
    const names = await readdir(join(path, '..'))
    assert.ok(names.includes(`${dataset.id}.events`) && names.includes(`${dataset.id}.events.1.part`))
    await services.store.interactions.deleteUsers(dataset.id, ['user-16'])
    await folder.sweep(store)
    await assert.rejects(stat(path), { code: 'ENOENT' })
    await keep()
    await services.store.resources.remove(dataset.arn)
    await folder.sweep(store)
    await assert.rejects(stat(path), { code: 'ENOENT' })
    await rm(`${path}.1.part`)
  })
})
