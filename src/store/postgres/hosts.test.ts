import assert from 'node:assert/strict'
import { cpSync, writeFileSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { temporaryDirectory } from '#test/directory.ts'
import { startWay, type Way } from '#test/faulty-proxy.ts'
import { type Nodes, ON_CITUS, startNodes } from '#test/nodes.ts'
import { startPostgres } from '#test/postgres.ts'
import type { Store } from '../store.ts'
import { createDataset, record } from '../suite/fixture.ts'
import { openPostgresStore } from './store.ts'

/** The URL of a database at the hosts of several. */
const together = (...urls: readonly string[]) => {
  const [first, ...others] = urls.map(url => new URL(url)) as [URL, ...URL[]]
  return [first.href.replace(/\/[^/]*$/, ''), ...others.map(({ host }) => host)].join(',') + first.pathname
}

describe('a store at several hosts', () => {
  let nodes: Nodes
  let urls: readonly string[]
  let way: Way
  before(async () => {
    nodes = await startNodes({ fsync: 'off' })
    urls = await nodes.createDatabase('hosts')
    way = await startWay(urls.at(-2) ?? urls[0]!)
  })
  after(async () => {
    await way[Symbol.asyncDispose]()
    await nodes[Symbol.asyncDispose]()
  })

  const ages = async (store: Store, dataset: number) =>
    Promise.all(['ann', 'ben'].map(async id => (await store.records.get(dataset, id))!.fields))

  it('goes on at the next one where the first is lost', async () => {
    await using store = await openPostgresStore(together(way.url, urls.at(-1)!))
    const dataset = await createDataset(store)
    await store.records.put(dataset, [record('ann', 1), record('ben', 1)])
    await way[Symbol.asyncDispose]()
    await store.records.put(dataset, [record('ann', 2), record('ben', 2)])
    assert.deepEqual(await ages(store, dataset), ['[2]', '[2]'])
  })

  it('goes to the next one where the first cannot be reached', async () => {
    await using store = await openPostgresStore(together('postgres://postgres@127.0.0.1:1/hosts', urls.at(-1)!))
    const dataset = await createDataset(store, 'unreached')
    await store.records.put(dataset, [record('ann', 3), record('ben', 3)])
    assert.deepEqual(await ages(store, dataset), ['[3]', '[3]'])
  })

  it('goes to the next one where the first is a standby', { skip: ON_CITUS && 'of PostgreSQL' }, async () => {
    const folder = await temporaryDirectory()
    await using primary = await startPostgres({ fsync: 'off' })
    await primary.createDatabase('hosts')
    await primary.kill('SIGINT')
    cpSync(primary.dataDir, join(folder, 'data'), { recursive: true })
    writeFileSync(join(folder, 'data/standby.signal'), '')
    await primary.start()
    await using standby = await startPostgres({ fsync: 'off' }, join(folder, 'data'))
    await rm(folder, { recursive: true })
    const [first, second] = [standby, primary].map(({ url }) => url.replace(/postgres$/, 'hosts')) as [string, string]
    await using store = await openPostgresStore(together(first, second))
    const dataset = await createDataset(store)
    await store.records.put(dataset, [record('ann', 4), record('ben', 4)])
    await using other = await openPostgresStore(second)
    assert.deepEqual(await ages(other, dataset), ['[4]', '[4]'])
  })
})
