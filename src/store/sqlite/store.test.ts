import assert from 'node:assert/strict'
import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterEach, beforeEach, describe, it } from 'node:test'
import { Worker } from 'node:worker_threads'
import { databaseBefore } from '#test/old-database.ts'
import type { MigrationProgress } from '../migrations.ts'
import { storeSuite } from '../store.suite.ts'
import type { Store } from '../store.ts'
import { click, createDataset, each, record } from '../suite/fixture.ts'
import { openForWriting } from './database.ts'
import { openSharedSqliteStore, openSqliteStore } from './store.ts'

storeSuite('sqlite', openSqliteStore)

/** Runs `shared-store.worker.ts` on a store. Resolves with its exit code. */
function inWorker({ handle, transfer }: ReturnType<Store['share']>, dataset: number): Promise<number> {
  const url = new URL('./shared-store.worker.ts', import.meta.url)
  const worker = new Worker(url, { workerData: { handle, dataset }, transferList: [...transfer] })
  return new Promise((resolve, reject) => worker.once('exit', resolve).once('error', reject))
}

describe('the sqlite store', () => {
  let directory: string
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'personalite-sqlite-'))
  })
  afterEach(() => rmSync(directory, { recursive: true }))

  it('has its directory for itself until it is closed', async () => {
    const first = await openSqliteStore(directory)
    await assert.rejects(openSqliteStore(directory), /is in use by another personalite server; stop it or choose/)
    await first.close()
    const second = await openSqliteStore(directory)
    await second.close()
  })

  it('says what is wrong where it cannot have the directory', async () => {
    await assert.rejects(openSqliteStore(import.meta.filename), /EEXIST/)
  })

  it('makes a directory and files that only their owner can read', async () => {
    const made = join(directory, 'new', 'data')
    await using store = await openSqliteStore(made)
    await createDataset(store)
    const mode = (path: string) => (statSync(path).mode & 0o777).toString(8)
    assert.equal(mode(made), '700')
    const files = readdirSync(made).filter(name => name.startsWith('personalite.sqlite'))
    assert.deepEqual(
      files.map(name => `${name} ${mode(join(made, name))}`),
      ['personalite.sqlite 600', 'personalite.sqlite-shm 600', 'personalite.sqlite-wal 600'],
    )
  })

  it('runs each migration once', async () => {
    for (let time = 0; time < 2; time++) await (await openSqliteStore(directory)).close()
    using db = new DatabaseSync(join(directory, 'personalite.sqlite'))
    const seen = db.prepare('SELECT name FROM migrations ORDER BY name').all()
    assert.deepEqual(
      seen.map(({ name }) => name),
      readdirSync(new URL('./migrations/', import.meta.url)).sort(),
    )
  })

  it('says how far it is with the tables of an older version, and nothing where there are none', async () => {
    const told: MigrationProgress[] = []
    databaseBefore('0008', directory).close()
    const migrating = (progress: MigrationProgress) => told.push(progress)
    await (await openSqliteStore(directory, { migrating })).close()
    const migrations = readdirSync(new URL('./migrations/', import.meta.url))
      .filter(name => name >= '0008')
      .sort()
    assert.deepEqual(
      told,
      migrations.map((migration, at) => ({ migration, step: at + 1, steps: migrations.length })),
    )
    await (await openSqliteStore(join(directory, 'new'), { migrating })).close()
    assert.equal(told.length, migrations.length)
  })

  it('is left alone where a newer version was at work, with words that say what to do', async () => {
    await (await openSqliteStore(directory)).close()
    using db = new DatabaseSync(join(directory, 'personalite.sqlite'))
    db.exec("INSERT INTO migrations VALUES ('9999-later.sql')")
    await assert.rejects(
      openSqliteStore(directory),
      /newer version of personalite \(9999-later\.sql\), which this version cannot follow: start the newer version, or restore the backup/,
    )
  })

  it('knows of the resources of an older version what group they are in, and how many there are', async () => {
    const db = databaseBefore('0006', directory)
    const insert = db.prepare(`
      INSERT INTO resources (arn, kind, parent, status, created_at, updated_at, document) VALUES (?, ?, ?, ?, 1, 1, '{}')`)
    for (const [arn, kind, parent, status] of [
      ['shop', 'dataset-group', null, 'ACTIVE'],
      ['news', 'solution', 'shop', 'ACTIVE'],
      ['news/1', 'solution-version', 'news', 'CREATE FAILED'],
    ] as const)
      insert.run(arn, kind, parent, status)
    db.close()
    await using store = await openSqliteStore(directory)
    const inGroup = await store.resources.list({ datasetGroup: 'shop' })
    assert.deepEqual(
      inGroup.map(({ arn }) => arn),
      ['news', 'news/1'],
    )
    const tally = await store.resources.tally()
    assert.deepEqual(
      { ...tally.find(({ kind }) => kind === 'solution-version') },
      { kind: 'solution-version', status: 'CREATE FAILED', count: 1 },
    )
  })

  it('brings the interactions that an older version imported along', async () => {
    const db = databaseBefore('0003', directory)
    const events = [
      click({ details: '{"DEVICE":"\\"é😀\\n"}', eventValue: 0.1 + 0.2 }),
      click({ timestampMs: 1_700_000_000_123, itemId: 'b,"' }),
      click({ userId: 'ben', eventValue: 1e21 }),
    ]
    const insert = db.prepare('INSERT INTO interactions VALUES (1, 7, ?, ?, ?, ?, ?, 7, ?, ?, NULL, NULL, 0, 0)')
    for (const [i, { userId, timestampMs, itemId, eventType, eventValue, details }] of events.entries())
      insert.run(userId, timestampMs, itemId, eventType, i, eventValue, details)
    db.exec('INSERT INTO dataset_state VALUES (1, 7, 0)')
    db.close()
    await using store = await openSqliteStore(directory)
    const found = await Array.fromAsync(store.interactions.scan(1, 'ALL'))
    assert.deepEqual(
      found,
      events.map(event => ({ ...event, ingestion: 'BULK', seq: 7, repeated: false })),
    )
  })

  it('knows the eventIds that an older version was put', async () => {
    const db = databaseBefore('0008', directory)
    db.exec(`
      INSERT INTO resources (id, arn, kind, status, created_at, updated_at, document)
      VALUES (1, 'events', 'dataset', 'ACTIVE', 1, 1, '{}'), (2, 'others', 'dataset', 'ACTIVE', 1, 1, '{}')`)
    const insert = db.prepare(
      `INSERT INTO interactions VALUES (1, 0, 'ann', ?, 'a', 'click', 0, ?, NULL, '', NULL, ?, 0, 0)`,
    )
    for (const [seq, eventId] of ['e1', 'é😀', null].entries()) insert.run(seq, seq + 1, eventId)
    db.exec('UPDATE sequence SET last = 3, applied = 3')
    db.close()
    await using store = await openSqliteStore(directory)
    const again = ['e1', 'é😀', 'e2'].map((eventId, n) => click({ userId: 'ben', eventId, timestampMs: n }))
    for (const dataset of [1, 2]) await store.interactions.put(dataset, again)
    assert.deepEqual(await each(store.interactions.scan(1, 'ALL'), 'repeated'), [
      false,
      false,
      false,
      true,
      true,
      false,
    ])
    assert.deepEqual(await each(store.interactions.scan(2, 'ALL'), 'repeated'), [false, false, false])
    assert.equal(await store.interactions.deleteUsers(1, ['ann', 'ben']), 6)
    await store.interactions.put(1, again)
    assert.equal(await store.interactions.repeated(1), 0)
  })

  it('syncs every commit to the disk, keeps a write-ahead log and holds to foreign keys', () => {
    using db = openForWriting(join(directory, 'personalite.sqlite'))
    const pragma = (name: string) => Object.values(db.prepare(`PRAGMA ${name}`).get()!)[0]
    const FULL = 2
    assert.deepEqual(['synchronous', 'journal_mode', 'foreign_keys', 'page_size'].map(pragma), [FULL, 'wal', 1, 1024])
  })

  it('leaves a sound database behind', async () => {
    const store = await openSqliteStore(directory)
    await store.records.put(await createDataset(store), [record('ann')])
    await store.close()
    using db = new DatabaseSync(join(directory, 'personalite.sqlite'), { readOnly: true })
    assert.equal(db.prepare('PRAGMA integrity_check').get()!.integrity_check, 'ok')
    assert.deepEqual(db.prepare('PRAGMA foreign_key_check').all(), [])
  })

  it('looks back over the last 10,000 calls for the latest records', async () => {
    await using store = await openSqliteStore(directory)
    const dataset = await createDataset(store)
    const puts = Array.from({ length: 10_001 }, (_, n) => store.records.put(dataset, [record(`${n}`)]))
    await Promise.all(puts)
    const latest = await store.records.latest(dataset, 20_000)
    assert.deepEqual([latest.length, latest[0]!.id, latest.at(-1)!.id], [10_000, '10000', '1'])
  })

  it('reads the newest of a burst of puts, however far back', async () => {
    await using store = await openSqliteStore(directory)
    const dataset = await createDataset(store)
    const values = [...Array(2500).keys(), 3] // the user of the fourth call comes again in the last
    await Promise.all(values.map((id, n) => store.records.put(dataset, [record(`${id}`, n)])))
    const fieldsOf = async (id: number) => (await store.records.get(dataset, `${id}`))?.fields
    for (const id of [3, 2, 1200, 2499]) assert.equal(await fieldsOf(id), id === 3 ? '[2500]' : `[${id}]`)
    assert.equal(await fieldsOf(3), '[2500]')
    assert.equal(await fieldsOf(2500), undefined)
  })

  it('is shared with a worker thread, which reads and writes it while we do', async () => {
    await using store = await openSqliteStore(directory)
    const dataset = await createDataset(store)
    const exited = inWorker(store.share(), dataset)
    await Promise.all(Array.from({ length: 500 }, (_, n) => store.records.put(dataset, [record(`ours${n}`)])))
    assert.equal(await exited, 0)
    assert.equal(await store.records.count(dataset, 'PUT'), 1000)
    assert.equal(await store.records.count(dataset, 'BULK'), 3)
  })

  it('is shared by a thread that shares it, which may go first', async () => {
    await using store = await openSqliteStore(directory)
    const dataset = await createDataset(store)
    const shared = openSharedSqliteStore(store.share().handle)
    const exited = inWorker(shared.share(), dataset)
    await shared.close()
    assert.equal(await exited, 0)
    assert.equal(await store.records.count(dataset, 'PUT'), 500)
  })
})
