import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { after, before, describe, it } from 'node:test'
import { setTimeout } from 'node:timers/promises'
import { Client } from 'pg'
import { eventually } from '#test/eventually.ts'
import { startWay } from '#test/faulty-proxy.ts'
import { openTwoStores, type TwoStores } from '#test/two-stores.ts'
import { toldEvent } from '../rows.ts'
import type { Change, Store } from '../store.ts'
import { anonymousClick, click, createDataset, importRecords, record, recordsFrom, resource } from '../suite/fixture.ts'
import { openPostgresStore } from './store.ts'

/** Promises for several servers that share a database; `store.suite.ts` has those for one. */
describe('servers that share a PostgreSQL store', () => {
  let servers: TwoStores
  let one: Store
  let other: Store
  let withClient: TwoStores['withClient']
  let dataset: number

  before(async () => {
    servers = await openTwoStores('servers')
    ;({ one, other, withClient } = servers)
    dataset = await createDataset(one)
  })
  after(() => servers[Symbol.asyncDispose]())

  /** The changes that the other server hears of from now on, once it has caught up. */
  const watching = async (isOfInterest = (id: number) => id === dataset) => {
    await other.catchUp()
    const changes: Change[] = []
    const end = other.watch(change => changes.push(change), isOfInterest)
    const told = async () => {
      await other.catchUp()
      return changes.splice(0)
    }
    return { told, changes, [Symbol.dispose]: end }
  }

  it('tell each other of what was put, before the next request', async () => {
    using watch = await watching()
    for (let n = 0; n < 20; n++) {
      await one.records.put(dataset, [record('ann', n)])
      assert.deepEqual(await watch.told(), [{ kind: 'records', dataset, rows: [record('ann', n)] }])
    }
    await one.interactions.put(dataset, [click()])
    const rows = await other.interactions.ofUser(dataset, 'ann', 1)
    assert.deepEqual(await watch.told(), [
      { kind: 'interactions', dataset, rows: rows.map(event => toldEvent(event, event.seq)) },
    ])
    await importRecords(one, dataset, [record('bulk')])
    assert.deepEqual(await watch.told(), [{ kind: 'all', dataset }])
  })

  it('tell of an event that a server of an older version has put, whose change has no facts', async () => {
    using watch = await watching()
    await withClient(async client => {
      await client.query(`
        CREATE FUNCTION forget_facts() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.facts := NULL; RETURN NEW; END $$;
        CREATE TRIGGER older BEFORE INSERT ON changes FOR EACH ROW EXECUTE FUNCTION forget_facts()`)
      await one.interactions.put(dataset, [click({ userId: 'old', itemId: 'x', details: '{"IMPRESSION":"x|y"}' })])
      await client.query('DROP TRIGGER older ON changes')
    })
    await one.interactions.put(dataset, [click({ userId: 'new', itemId: 'y' })])
    const told = (await watch.told()).flatMap(change => (change.kind === 'interactions' ? change.rows : []))
    const rows = (await other.interactions.latest(dataset, 2)).toReversed()
    assert.deepEqual(
      rows.map(({ userId }) => userId),
      ['old', 'new'],
    )
    assert.deepEqual(
      told,
      rows.map(event => toldEvent(event, event.seq)),
    )
  })

  it('tell of events as they were put, though their rows are another user’s or gone by now', async () => {
    using watch = await watching()
    await withClient(async client => {
      await one.interactions.put(dataset, [anonymousClick('walk-in'), click({ userId: 'gone' })])
      await client.query(`DELETE FROM interactions WHERE user_id = 'gone'`)
    })
    await one.interactions.put(dataset, [click({ userId: 'dan', sessionId: 'walk-in', itemId: 'b' })])
    assert.equal((await other.interactions.ofUser(dataset, 'dan', 10)).length, 2)
    const told = (await watch.told()).flatMap(change => (change.kind === 'interactions' ? change.rows : []))
    assert.deepEqual(
      told.map(({ userId }) => userId),
      ['walk-in', 'gone', 'dan'],
    )
  })

  it('tell of what was put into a dataset from the moment on that it is watched', async () => {
    const later = await createDataset(one, 'later')
    let [isPut, isWanted] = [false, false]
    using watch = await watching(id => {
      if (id !== later) return false
      const answer = isWanted
      isWanted = isPut // between two questions of the look that finds what was put
      return answer
    })
    await one.interactions.put(later, [click()])
    assert.deepEqual(await watch.told(), [])
    isPut = true
    for (const itemId of ['b', 'c']) await one.interactions.put(later, [click({ itemId })])
    const changes = await watch.told()
    const rows = changes.flatMap(change => (change.kind === 'interactions' ? change.rows : []))
    assert.deepEqual(
      rows.map(({ itemId }) => itemId),
      ['b', 'c'],
    )
  })

  it('take a change of a kind that only newer versions know for any change', async () => {
    using watch = await watching()
    await withClient(async client => {
      await client.query("INSERT INTO changes (kind, dataset) VALUES ('later', 7), ('later', 7)")
    })
    await one.records.put(dataset, [record('ann', 1)])
    assert.deepEqual(await watch.told(), [{ kind: 'unknown' }, { kind: 'records', dataset, rows: [record('ann', 1)] }])
  })

  it('tell each other soon, also where nobody asks', async () => {
    using watch = await watching()
    await one.records.put(dataset, [record('soon')])
    await eventually('the change', () => watch.changes.length > 0)
    assert.deepEqual(watch.changes, [{ kind: 'records', dataset, rows: [record('soon')] }])
  })

  it('take it for any change that the database is gone without a word, and may be another machine by now', async () => {
    await using way = await startWay((await servers.nodes.createDatabase('gone'))[0]!)
    await using store = await openPostgresStore(way.url)
    const { promise: told, resolve } = Promise.withResolvers<void>()
    store.watch(({ kind }) => kind === 'unknown' && resolve())
    const listening = "FROM pg_stat_activity WHERE datname = 'gone' AND query LIKE 'LISTEN%'"
    await withClient(async client => {
      await eventually('the server to listen', async () => (await client.query(`SELECT ${listening}`)).rowCount)
      way.silence()
      await client.query(`SELECT pg_terminate_backend(pid) ${listening}`)
    })
    await told
  })

  it('miss nothing that is committed later than what came after it', async () => {
    using watch = await watching()
    await withClient(async client => {
      await client.query('BEGIN')
      await client.query("INSERT INTO changes (kind, dataset) VALUES ('all', $1)", [dataset])
      await one.records.put(dataset, [record('quick')])
      assert.deepEqual(await watch.told(), [{ kind: 'records', dataset, rows: [record('quick')] }])
      await client.query('COMMIT')
    })
    assert.deepEqual(await watch.told(), [{ kind: 'all', dataset }])
    assert.deepEqual(await watch.told(), [])
  })

  it('read what the other has stored, whatever it is', async () => {
    await one.records.put(dataset, [record('ben', 1)])
    assert.equal((await other.records.get(dataset, 'ben'))!.fields, '[1]')
    await one.resources.create(resource('made on one', { kind: 'schema' }))
    assert.ok(await other.resources.get('made on one'))
    await one.interactions.put(dataset, [anonymousClick('visit')])
    await other.interactions.put(dataset, [click({ userId: 'cid', sessionId: 'visit', itemId: 'b' })])
    assert.equal((await one.interactions.ofUser(dataset, 'cid', 10)).length, 2)
  })

  it('let the write stand that was acknowledged last', async () => {
    for (let n = 0; n < 200; n++) {
      const [first, second] = n % 2 ? [one, other] : [other, one]
      await first.records.put(dataset, [record('raced', `${n} first`)])
      await second.records.put(dataset, [record('raced', `${n} second`)])
      assert.equal((await first.records.get(dataset, 'raced'))!.fields, `["${n} second"]`)
    }
  })

  it('write the same records at once without waiting for each other for ever', async () => {
    const ids = recordsFrom(0, 50).map(({ id }) => id)
    const writeAll = async (store: Store, name: string, order: readonly string[]) => {
      for (let round = 0; round < 20; round++)
        await Promise.all(order.map(id => store.records.put(dataset, [record(id, name, round), record('hot', name)])))
    }
    await Promise.all([writeAll(one, 'one', ids), writeAll(other, 'other', ids.toReversed())])
    for (const id of ids) assert.match((await one.records.get(dataset, id))!.fields, /^\["(one|other)",19\]$/)
  })

  it('keep an eventId that is given to both once, and repeated ones apart', async () => {
    const counted = { unique: 0, repeated: 0 }
    const puts = Array.from({ length: 100 }, (_, n) =>
      [one, other].map((store, at) =>
        store.interactions.put(dataset, [
          click({ userId: `twice${n}`, eventId: `event${n}`, itemId: `${at}`, sessionId: `session${n}` }),
        ]),
      ),
    )
    await Promise.all(puts.flat())
    for await (const { userId, repeated } of one.interactions.scan(dataset, 'PUT'))
      if (userId.startsWith('twice')) counted[repeated ? 'repeated' : 'unique']++
    assert.deepEqual(counted, { unique: 100, repeated: 100 })
  })

  it('give a job to one worker, and to another when the first is not heard of', async () => {
    assert.equal(await one.claims.take(7, 'first', 60_000), true)
    assert.equal(await other.claims.take(7, 'second', 60_000), false)
    assert.deepEqual(await other.claims.keep([7], 'second'), [])
    await setTimeout(20)
    assert.equal(await other.claims.take(7, 'second', 10), true)
    assert.deepEqual(await one.claims.keep([7], 'first'), [])
    await one.claims.release(7, 'first')
    assert.equal(await one.claims.take(7, 'first', 60_000), false)
    await other.claims.release(7, 'second')
    assert.equal(await one.claims.take(7, 'first', 60_000), true)
  })

  it('know what was recommended on the other', async () => {
    one.shown.remember('RID-1', { datasetGroup: 'shop', ids: ['a', 'b\n|'] })
    assert.deepEqual(await one.shown.find('RID-1', 'shop'), ['a', 'b\n|'])
    const found = await eventually('the list of the other server', () => other.shown.find('RID-1', 'shop'))
    assert.deepEqual(found, ['a', 'b\n|'])
    assert.equal(await other.shown.find('RID-2', 'shop'), undefined)
    for (const store of [one, other]) assert.equal(await store.shown.find('RID-1', 'another'), undefined)
  })

  it('hold ids as long as they may be, of characters as long as there are', async () => {
    const long = (first: string) =>
      first + String.fromCodePoint(...Array.from({ length: 127 }, (_, n) => 0x1f300 + n * 5))
    const event = click({
      userId: long('u'),
      itemId: long('i'),
      eventType: long('e'),
      sessionId: long('s'),
      eventId: long('d'),
    })
    await one.records.put(dataset, [record(long('r'))])
    await one.interactions.put(dataset, [event, event])
    assert.equal((await other.interactions.ofUser(dataset, long('u'), 10)).length, 1)
    assert.ok(await other.records.get(dataset, long('r')))
  })

  describe('migrations', () => {
    const files = () => readdirSync(new URL('./migrations/', import.meta.url)).sort()
    const seen = async (database: string) => {
      const client = new Client(database)
      await client.connect()
      const { rows } = await client.query('SELECT name FROM migrations ORDER BY name')
      await client.end()
      return rows.map(({ name }) => name)
    }

    it('are run once, however many servers start at once', async () => {
      const [fresh] = (await servers.nodes.createDatabase('fresh')) as [string]
      const stores = await Promise.all(Array.from({ length: 10 }, () => openPostgresStore(fresh)))
      await Promise.all(stores.map(store => store.close()))
      assert.deepEqual(await seen(fresh), files())
    })

    it('bring the first version up to date, with all that is in it', async () => {
      const [old] = (await servers.nodes.createDatabase('old')) as [string]
      const client = new Client(old)
      await client.connect()
      await client.query('CREATE TABLE migrations (name text PRIMARY KEY)')
      await client.query(readFileSync(new URL('./migrations/0001-first.sql', import.meta.url), 'utf8'))
      await client.query("INSERT INTO migrations VALUES ('0001-first.sql')")
      await client.query(`INSERT INTO resources (arn, kind, status, created_at, updated_at, document)
        VALUES ('users', 'dataset', 'ACTIVE', 1, 1, '{}')`)
      await client.query(`INSERT INTO resources (arn, kind, parent, status, created_at, updated_at, document) VALUES
        ('shop', 'dataset-group', NULL, 'ACTIVE', 1, 1, '{}'), ('news', 'solution', 'shop', 'ACTIVE', 1, 1, '{}'),
        ('news/1', 'solution-version', 'news', 'CREATE FAILED', 1, 1, '{}')`)
      await client.query("INSERT INTO records VALUES (1, 0, 'ann', 1, '[30]')")
      await client.end()
      await using store = await openPostgresStore(old)
      assert.equal((await store.records.get(1, 'ann'))!.fields, '[30]')
      await store.records.put(1, [record('ann', 31)])
      assert.equal((await store.records.get(1, 'ann'))!.fields, '[31]')
      const inGroup = await store.resources.list({ datasetGroup: 'shop' })
      assert.deepEqual(
        inGroup.map(({ arn }) => arn),
        ['news', 'news/1'],
      )
      assert.deepEqual(
        (await store.resources.tally()).find(({ kind }) => kind === 'solution-version'),
        { kind: 'solution-version', status: 'CREATE FAILED', count: 1 },
      )
      assert.deepEqual(await seen(old), files())
    })
  })
})
