import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { readdir, rm } from 'node:fs/promises'
import { describe, it } from 'node:test'
import { CreateSchemaCommand, ListDatasetGroupsCommand, ListSchemasCommand } from '@aws-sdk/client-personalize'
import { PutUsersCommand } from '@aws-sdk/client-personalize-events'
import { GetRecommendationsCommand } from '@aws-sdk/client-personalize-runtime'
import { temporaryDirectory } from '#test/directory.ts'
import { createMarket, deploy } from '#test/market.ts'
import { clientsOf, createUsersDataset } from '#test/server.ts'
import { startServer } from './index.ts'

describe('startServer', () => {
  it('keeps its data in memory, and leaves no file behind', async () => {
    const server = await startServer({ dataDir: ':memory:', port: 0 })
    const { personalize, events } = clientsOf(server.url)
    const { datasetArn } = await createUsersDataset({ personalize })
    const users = [{ userId: 'ann', properties: '{"age":31}' }]
    await events.send(new PutUsersCommand({ datasetArn, users }))
    assert.ok(existsSync(server.dataDir))
    await server.stop()
    assert.ok(!existsSync(server.dataDir))
    await assert.rejects(events.send(new PutUsersCommand({ datasetArn, users })), /ECONNREFUSED/)
  })

  it('needs no options, and is stopped by await using', async () => {
    let url: string
    {
      await using server = await startServer()
      url = server.url
      assert.equal(server.credentials.accessKeyId, 'local')
      assert.equal(server.region, 'us-east-1')
      assert.equal((await fetch(`${url}/healthz`)).status, 200)
    }
    await assert.rejects(fetch(`${url}/healthz`))
  })

  it('has nothing in common with another server of the same process', async () => {
    await using one = await startServer()
    await using two = await startServer()
    await createUsersDataset(clientsOf(one.url))
    const { datasetGroups } = await clientsOf(two.url).personalize.send(new ListDatasetGroupsCommand({}))
    assert.deepEqual(datasetGroups, [])
  })

  it('keeps the data of a directory', async () => {
    const dataDir = await temporaryDirectory()
    const schema = { name: 'users', schema: SCHEMA }
    {
      await using server = await startServer({ dataDir })
      await clientsOf(server.url).personalize.send(new CreateSchemaCommand(schema))
      await assert.rejects(server.reset(), /^InvalidInputException: Only a server with the data directory :memory:/)
    }
    {
      await using server = await startServer({ dataDir })
      const { schemas } = await clientsOf(server.url).personalize.send(new ListSchemasCommand({}))
      assert.deepEqual(
        schemas?.map(({ name }) => name),
        ['users'],
      )
    }
    await rm(dataDir, { recursive: true })
  })

  for (const [options, message] of [
    [{ port: 70_000 }, /^Error: startServer: port is invalid: 70000\. It must be a whole number from 0 to 65535\.$/],
    [
      { now: 'tomorrow' },
      /^Error: startServer: now is invalid: "tomorrow"\. It must be a time such as 2026-01-01T00:00:00Z\.$/,
    ],
    [{ prot: 0 }, /^Error: startServer: prot is not a setting; there are port, /],
    [{ workers: true }, /^Error: startServer: workers must be a string or a number$/],
    [{ host: '0.0.0.0' }, /^Error: refusing to listen on 0\.0\.0\.0 without credentials of your own/],
  ] as const) {
    it(`refuses ${JSON.stringify(options)}`, async () => {
      await assert.rejects(startServer(options as object), message)
    })
  }
})

describe('the clock of a server', () => {
  it('starts at a moment, is moved by its tests, and is its own', async () => {
    await using one = await startServer({ now: '2026-01-01T00:00:00Z' })
    await using two = await startServer({ now: new Date('2030-01-01') })
    await one.clock.advance(3600)
    assert.equal((await one.clock.time()).toISOString(), '2026-01-01T01:00:00.000Z')
    assert.equal((await two.clock.time()).toISOString(), '2030-01-01T00:00:00.000Z')
    await one.clock.set('2027-02-28T12:00:00+01:00')
    assert.equal((await one.clock.time()).toISOString(), '2027-02-28T11:00:00.000Z')
    await one.reset()
    assert.equal((await one.clock.time()).toISOString(), '2026-01-01T00:00:00.000Z')
    const before = Date.now()
    await one.clock.release()
    assert.ok((await one.clock.time()).getTime() >= before)
  })
})

describe('reset', () => {
  it('empties the server, which goes on at the same URL', async () => {
    await using server = await startServer()
    const { personalize, runtime } = clientsOf(server.url)
    const clients = { ...server, ...clientsOf(server.url) }
    const market = await createMarket(clients)
    let campaignArn = await deploy({ personalize }, market.datasetGroupArn, 'aws-user-personalization-v2')
    const ask = () => runtime.send(new GetRecommendationsCommand({ campaignArn, userId: 'Member-1', numResults: 3 }))
    const { itemList } = await ask()
    assert.equal(itemList?.length, 3)

    await server.reset()
    const [groups, schemas] = await Promise.all([
      personalize.send(new ListDatasetGroupsCommand({})),
      personalize.send(new ListSchemasCommand({})),
    ])
    assert.deepEqual([groups.datasetGroups, schemas.schemas], [[], []])
    await assert.rejects(ask(), { name: 'InvalidInputException', message: /does not exist or is not active yet\.$/ })
    assert.deepEqual(await readdir(`${server.dataDir}/models`), ['personalite-store-id'])

    // The same names, data and model again: nothing is left of before, nor missing.
    await createMarket(clients)
    campaignArn = await deploy({ personalize }, market.datasetGroupArn, 'aws-user-personalization-v2')
    assert.deepEqual((await ask()).itemList, itemList)
  })

  it('is done before each test of a long suite, without a warning', async () => {
    const warnings: Error[] = []
    const warn = (warning: Error) => warnings.push(warning)
    process.on('warning', warn)
    await using server = await startServer()
    for (let i = 0; i < 12; i++) await server.reset()
    await new Promise(setImmediate)
    process.off('warning', warn)
    assert.deepEqual(warnings, [])
  })

  it('is done one after the other, and before the server stops', async () => {
    const server = await startServer()
    const { personalize } = clientsOf(server.url)
    await personalize.send(new CreateSchemaCommand({ name: 'users', schema: SCHEMA }))
    await Promise.all([server.reset(), server.reset()])
    assert.deepEqual((await personalize.send(new ListSchemasCommand({}))).schemas, [])
    await Promise.all([server.reset(), server.stop(), server.stop()])
    assert.ok(!existsSync(server.dataDir))
  })
})

const SCHEMA = JSON.stringify({
  type: 'record',
  name: 'Users',
  namespace: 'com.amazonaws.personalize.schema',
  version: '1.0',
  fields: [
    { name: 'USER_ID', type: 'string' },
    { name: 'AGE', type: 'int' },
  ],
})
