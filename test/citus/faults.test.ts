import assert from 'node:assert/strict'
import { rm } from 'node:fs/promises'
import { after, before, describe, it } from 'node:test'
import { setTimeout } from 'node:timers/promises'
import { CITUS, type Citus, MISSING, startCitus } from '#test/citus.ts'
import { joinNodes, query } from '#test/citus-database.ts'
import { temporaryDirectory } from '#test/directory.ts'
import { type ServerProcess, start } from '../crash/server-process.ts'
import { prepareServer } from '../crash/server-target.ts'
import {
  assertRetried,
  assertWhole,
  counted,
  Outcomes,
  patientClients,
  roundsOf,
  underLoad,
} from '../faults/cluster.ts'
import { startWay, type Way } from '../faults/faulty-proxy.ts'

const ROUNDS = roundsOf(2)

/** Citus looks this often for ended transactions that other nodes hold prepared. */
const RECOVERY = { 'citus.recover_2pc_transaction_interval': '1s' }

/** A server by the coordinator, and one by a worker. The nodes reach the other worker by a network that can fail. */
describe('a coordinator and two workers of Citus, under load by two servers', { skip: !CITUS && MISSING }, () => {
  let citus: Citus
  let way: Way
  let urls: readonly string[]
  let dataDir: string
  const servers: ServerProcess[] = []
  before(async () => {
    dataDir = await temporaryDirectory()
    citus = await startCitus(RECOVERY)
    const nodes = [citus.coordinator, ...citus.workers]
    urls = await Promise.all(nodes.map(node => node.createDatabase('faults')))
    way = await startWay(urls[2]!)
    await joinNodes(urls, [urls[0]!, urls[1]!, way.url])
    for (const url of urls.slice(0, 2)) servers.push(await start(dataDir, ['--store', url]))
    await prepareServer(servers[0]!.url, patientClients(servers[0]!.url))
  })
  after(async () => {
    await Promise.all(servers.map(server => server.kill()))
    await way?.[Symbol.asyncDispose]()
    await citus?.[Symbol.asyncDispose]()
    if (dataDir) await rm(dataDir, { recursive: true, maxRetries: 5 })
  })

  let round = 0
  const have = async (what: string, happens: () => Promise<void>) => {
    const outcomes = new Outcomes()
    for (let n = 0; n < ROUNDS; n++) {
      await underLoad({ servers, dataDir }, round++, outcomes, async () => {
        await setTimeout(500 + Math.random() * 1000)
        await happens()
        await setTimeout(1000)
      })
    }
    await recovered()
    assertRetried(outcomes)
    // A node that is away is no fault of ours: 503, not 500.
    const faults = servers.flatMap(server => server.logged()).filter(({ msg }) => msg === 'internal failure')
    assert.deepEqual(faults, [])
    await assertWhole({ dataDir, database: urls[0] }, outcomes)
    console.log(`faults on Citus: ${what} ${ROUNDS} times, ${counted(outcomes)}`)
  }
  /** Resolves when no node holds a part of an ended transaction: of a call without an answer it may be seen alone. */
  const recovered = async () => {
    for (const url of urls) while ((await query(url, 'SELECT FROM pg_prepared_xacts')).length > 0) await setTimeout(100)
  }

  for (const [place, name] of ['the coordinator', 'one worker', 'the other worker'].entries())
    it(`have every acknowledged call whole, if ${name} is killed`, () =>
      have(`${name} killed`, async () => {
        const node = [citus.coordinator, ...citus.workers][place]!
        await node.kill()
        await setTimeout(Math.random() * 1000)
        await node.start()
      }))

  it('have every acknowledged call whole, if the network between them is cut', () =>
    have('the network between the nodes cut', async () => {
      for (let n = 0; n < 10; n++) {
        way.cut()
        await setTimeout(100)
      }
    }))

  it('have every acknowledged call whole, if the network between them holds back what is sent', () =>
    have('the network between the nodes held up', async () => {
      const release = way.hold()
      await setTimeout(2000)
      way.strand()
      release()
    }))
})
