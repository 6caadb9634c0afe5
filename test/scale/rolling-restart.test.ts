import assert from 'node:assert/strict'
import { rm } from 'node:fs/promises'
import { after, before, describe, it } from 'node:test'
import { setTimeout } from 'node:timers/promises'
import { PutUsersCommand } from '@aws-sdk/client-personalize-events'
import { GetRecommendationsCommand } from '@aws-sdk/client-personalize-runtime'
import { temporaryDirectory } from '#test/directory.ts'
import { eventually } from '#test/eventually.ts'
import { countOf } from '#test/http.ts'
import { createMarket, deploy, type Market } from '#test/market.ts'
import { type Postgres, startPostgres } from '#test/postgres.ts'
import { clientsOf } from '#test/server.ts'
import { type ServerProcess, start } from '../crash/server-process.ts'
import { type Balancer, startBalancer } from './balancer.ts'

const DRAIN = ['--drain', '5']
const ROUNDS = 2
const PUTTERS = 6
const ASKERS = 2

describe('two servers on one PostgreSQL', () => {
  let postgres: Postgres
  let dataDir: string
  let servers: ServerProcess[]
  let balancer: Balancer
  let market: Market
  let campaignArn: string
  const starting = () => start(dataDir, ['--store', postgres.url, '--log-level', 'warn', ...DRAIN])

  before(async () => {
    dataDir = await temporaryDirectory()
    postgres = await startPostgres()
    servers = [await starting(), await starting()]
    const clients = clientsOf(servers[0]!.url)
    const server = { ...clients, url: servers[0]!.url, dataDir, async [Symbol.asyncDispose]() {} }
    market = await createMarket(server)
    campaignArn = await deploy(server, market.datasetGroupArn, 'aws-user-personalization-v2')
    balancer = await startBalancer()
  })
  after(async () => {
    await balancer[Symbol.asyncDispose]()
    await Promise.all(servers.map(server => server.kill()))
    await postgres[Symbol.asyncDispose]()
    await rm(dataDir, { recursive: true })
  })

  it('are restarted one after the other under load, and no request fails', async () => {
    for (const { url } of servers) balancer.add(url)
    const { rows: rowsBefore } = await countOf(servers[0]!, market.users)
    const { events, runtime } = clientsOf(balancer.url)
    const failures: string[] = []
    let isOver = false
    let put = 0
    let recommended = 0
    const failed = (error: Error) => void failures.push(`${error.name}: ${error.message}`)
    const putUsers = async (caller: number) => {
      for (let call = 0; !isOver; call++) {
        const users = [{ userId: `${caller}-${call}`, properties: '{"age": 30}' }]
        await events.send(new PutUsersCommand({ datasetArn: market.users, users })).then(() => put++, failed)
      }
    }
    const ask = async (caller: number) => {
      for (let call = 0; !isOver; call++) {
        const userId = `Member-${(caller + call) % 60}`
        const asked = runtime.send(new GetRecommendationsCommand({ campaignArn, userId }))
        await asked.then(({ itemList }) => assert.equal(itemList!.length, 25)).then(() => recommended++, failed)
      }
    }
    await Promise.all(servers.map(({ url }) => untilReady(url)))
    await setTimeout(500)
    const load = [
      ...Array.from({ length: PUTTERS }, (_, caller) => putUsers(caller)),
      ...Array.from({ length: ASKERS }, (_, caller) => ask(caller)),
    ]
    for (const { url } of servers) await balancer.sendingTo(url)
    for (let restart = 0; restart < ROUNDS * servers.length; restart++) {
      const slot = restart % servers.length
      const { url } = servers[slot]!
      assert.equal(await servers[slot]!.kill('SIGTERM'), 0)
      balancer.remove(url)
      servers[slot] = await starting()
      balancer.add(servers[slot].url)
      await balancer.sendingTo(servers[slot].url)
    }
    isOver = true
    await Promise.all(load)
    assert.deepEqual(failures, [])
    assert.ok(put > 100 && recommended > 10, `${put} users, ${recommended} recommendations`)
    for (const server of servers) assert.equal((await countOf(server, market.users)).rows, rowsBefore + put)
    for (const server of servers) assert.deepEqual(server.logged(), [])
  })

  it('are not ready and say so while the database is away, and are ready when it is back', async () => {
    const [{ url }] = servers as [ServerProcess, ServerProcess]
    await postgres.kill()
    const reply = await fetch(`${url}/readyz`)
    assert.deepEqual(
      [reply.status, await reply.json()],
      [503, { status: 'not ready', reason: 'the store does not answer' }],
    )
    assert.equal((await fetch(`${url}/healthz`)).status, 200)
    assert.match(await (await fetch(`${url}/metrics`)).text(), /\npersonalite_ready 0\n/)
    await postgres.start()
    await untilReady(url)
  })
})

async function untilReady(url: string): Promise<void> {
  await eventually('the server to be ready', async () => (await fetch(`${url}/readyz`)).ok)
}
