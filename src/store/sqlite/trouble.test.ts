import assert from 'node:assert/strict'
import {
  closeSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, it } from 'node:test'
import type { MessagePort } from 'node:worker_threads'
import { createDataset, GROUP, record, recordsFrom, resource } from '../suite/fixture.ts'
import { openSqliteStore } from './store.ts'

describe('files that are deleted or replaced under a store', () => {
  let directory: string
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'personalite-trouble-'))
  })
  afterEach(() => rmSync(directory, { recursive: true, force: true }))
  const path = () => join(directory, 'personalite.sqlite')
  const unavailable = (message: RegExp) => ({ name: 'StoreError', code: 'unavailable', message })

  for (const [what, happen] of [
    ['the directory is deleted', () => rmSync(directory, { recursive: true })],
    ['the directory is moved away', () => renameSync(directory, `${directory}-away`)],
    ['the database is deleted', () => rmSync(path())],
    ['the write-ahead log is deleted', () => rmSync(`${path()}-wal`)],
    [
      'another database is put in its place',
      () => {
        writeFileSync(`${path()}.new`, readFileSync(path()))
        renameSync(`${path()}.new`, path())
      },
    ],
  ] as const) {
    it(`takes no more writes when ${what}, and says why`, async () => {
      await using store = await openSqliteStore(directory)
      const dataset = await createDataset(store)
      await store.records.put(dataset, [record('ann')])
      assert.equal(store.trouble(), undefined)
      happen()
      assert.match(store.trouble()!, /^the data directory is gone, or its database was replaced/)
      await new Promise(resolve => setTimeout(resolve, 50))
      for (const write of [
        () => store.records.put(dataset, [record('ben')]),
        () => store.resources.create(resource(`${GROUP}-2`)),
      ])
        await assert.rejects(write, unavailable(/^the data directory is gone/))
      rmSync(`${directory}-away`, { recursive: true, force: true })
    })
  }

  it('lets the server write that took the directory last, where the lock was deleted by hand', async () => {
    await using first = await openSqliteStore(directory)
    const dataset = await createDataset(first)
    await first.records.put(dataset, [record('ann', 1)])
    for (const name of readdirSync(directory)) if (name.startsWith('lock.sqlite')) rmSync(join(directory, name))
    await using second = await openSqliteStore(directory)
    const taken = unavailable(/^another server has taken the data directory: stop one of the two$/)
    await assert.rejects(first.records.put(dataset, [record('ann', 2)]), taken)
    await assert.rejects(first.resources.create(resource(`${GROUP}-2`)), taken)
    assert.match(first.trouble()!, /^another server has taken/)
    await second.records.put(dataset, [record('ann', 3)])
    assert.equal(second.trouble(), undefined)
    assert.equal((await second.records.get(dataset, 'ann'))?.fields, '[3]')
  })

  it('takes no more writes when the thread that writes has ended, and says so', async () => {
    await using store = await openSqliteStore(directory)
    const dataset = await createDataset(store)
    await store.records.put(dataset, [record('ann', 1)])
    const { port } = store.share().handle as unknown as { readonly port: MessagePort }
    port.postMessage('no batch of writes')
    const ended = /^the thread that writes has ended: start the server anew$/
    const { message, cause } = await store.ended
    assert.match(message, ended)
    assert.match(`${cause}`, /^TypeError/)
    assert.match(store.trouble()!, ended)
    await assert.rejects(store.records.put(dataset, [record('ann', 2)]), unavailable(ended))
    assert.equal((await store.records.get(dataset, 'ann'))?.fields, '[1]')
  })

  describe('a damaged database', () => {
    /** Overwrites pages of 1 KiB of a closed database, from a page on. */
    const damage = (from: number, every: number) => {
      const file = openSync(path(), 'r+')
      const { size } = statSync(path())
      for (let page = from; page < size / 1024; page += every)
        writeSync(file, Buffer.alloc(1024, 0xa5), 0, 1024, page * 1024)
      closeSync(file)
    }
    const filled = async () => {
      const store = await openSqliteStore(directory)
      const dataset = await createDataset(store)
      await store.records.put(dataset, recordsFrom(0, 5000, 'x'.repeat(40)))
      assert.equal(await store.records.count(dataset, 'ALL'), 5000)
      await store.close()
      return dataset
    }

    it('is named where a row is read or written, and the store says that it is of no use', async () => {
      const dataset = await filled()
      damage(60, 2)
      await using store = await openSqliteStore(directory)
      const damaged = unavailable(/^the database is damaged: restore a backup$/)
      await assert.rejects(async () => {
        for (let i = 0; i < 5000; i += 10) await store.records.get(dataset, `u${`${i}`.padStart(4, '0')}`)
      }, damaged)
      assert.equal(store.trouble(), 'the database is damaged: restore a backup')
      await assert.rejects(Array.fromAsync(store.records.scan(dataset, 'ALL')), damaged)
      await assert.rejects(store.records.count(dataset, 'ALL'), damaged)
      await assert.rejects(
        store.records.delete(
          dataset,
          recordsFrom(0, 5000).map(({ id }) => id),
        ),
        damaged,
      )
    })

    it('is not opened, and named with the backup, where its beginning is damaged', async () => {
      await filled()
      const whole = readFileSync(path())
      for (const spoil of [
        () => writeFileSync(path(), Buffer.alloc(whole.length)),
        () => writeFileSync(path(), Buffer.concat([Buffer.alloc(100, 1), whole.subarray(100)])),
        () => truncateSync(path(), Math.floor(whole.length / 2048) * 1024),
        () => damage(0, 1),
      ]) {
        writeFileSync(path(), whole)
        spoil()
        await assert.rejects(
          openSqliteStore(directory),
          unavailable(/personalite\.sqlite: the database is damaged: restore/),
        )
      }
      writeFileSync(path(), whole)
      await (await openSqliteStore(directory)).close()
    })
  })
})
