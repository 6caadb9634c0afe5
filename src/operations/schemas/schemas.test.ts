import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import {
  CreateDatasetCommand,
  CreateSchemaCommand,
  DeleteDatasetCommand,
  DeleteSchemaCommand,
  DescribeSchemaCommand,
  ListDatasetGroupsCommand,
  ListFiltersCommand,
  ListRecipesCommand,
  ListSchemasCommand,
} from '@aws-sdk/client-personalize'
import { assertRefused, INVALID } from '#test/refused.ts'
import { createDataset, createUsersDataset, startTestServer, type TestServer } from '#test/server.ts'

const NOT_FOUND = ['ResourceNotFoundException', 400] as const
const schema = JSON.stringify({
  type: 'record',
  name: 'Users',
  fields: [
    { name: 'USER_ID', type: 'string' },
    { name: 'AGE', type: 'int' },
  ],
})

describe('DescribeSchema', () => {
  it('refuses an ARN that does not exist, or is not of a schema', async () => {
    await using server = await startTestServer()
    const { schemaArn, datasetArn } = await createUsersDataset(server)
    const describe = (schemaArn: string) => server.personalize.send(new DescribeSchemaCommand({ schemaArn }))
    await assertRefused(describe(`${schemaArn}s`), NOT_FOUND, /^The given schema does not exist: .*shop-userss$/)
    await assertRefused(
      describe(datasetArn),
      NOT_FOUND,
      /^The given schema does not exist: .*shop\/USERS: that is the ARN of a dataset, not of a schema$/,
    )
    await assertRefused(describe('shop-users'), INVALID, /'schemaArn' failed/)
  })
})

describe('ListSchemas', () => {
  let server: TestServer
  before(async () => {
    server = await startTestServer()
    for (const name of ['s1', 's2', 's3', 's4']) {
      await server.personalize.send(new CreateSchemaCommand({ name, schema }))
    }
  })
  after(() => server[Symbol.asyncDispose]())

  const list = (input: { nextToken?: string; maxResults?: number } = {}) =>
    server.personalize.send(new ListSchemasCommand(input))

  it('lists all schemas in the order of creation, without their text', async () => {
    const { schemas, nextToken } = await list()
    assert.deepEqual(
      schemas!.map(({ name }) => name),
      ['s1', 's2', 's3', 's4'],
    )
    assert.deepEqual(Object.keys(schemas![0]!), ['name', 'schemaArn', 'creationDateTime', 'lastUpdatedDateTime'])
    assert.ok(schemas![0]!.creationDateTime instanceof Date)
    assert.equal(nextToken, undefined)
  })

  it('lists them page by page', async () => {
    for (const [maxResults, sizes] of [
      [1, [1, 1, 1, 1]],
      [2, [2, 2]],
      [3, [3, 1]],
      [4, [4]],
    ] as const) {
      const pages: string[][] = []
      let nextToken: string | undefined
      do {
        const page = await list({ maxResults, ...(nextToken && { nextToken }) })
        pages.push(page.schemas!.map(({ name }) => name!))
        nextToken = page.nextToken
      } while (nextToken)
      const seen = pages.map(page => page.length)
      assert.deepEqual([seen, pages.flat()], [sizes, ['s1', 's2', 's3', 's4']])
    }
  })

  it('continues after a schema that was deleted between two pages', async () => {
    await server.personalize.send(new CreateSchemaCommand({ name: 's5', schema }))
    await server.personalize.send(new CreateSchemaCommand({ name: 's6', schema }))
    const { schemas, nextToken } = await list({ maxResults: 5 })
    await server.personalize.send(new DeleteSchemaCommand({ schemaArn: schemas![4]!.schemaArn! }))
    const rest = await list({ nextToken: nextToken! })
    assert.deepEqual(
      rest.schemas!.map(({ name }) => name),
      ['s6'],
    )
  })

  it('refuses a nextToken that it did not return', async () => {
    for (const nextToken of ['next', 'MQ==', '1'])
      await assertRefused(list({ nextToken }), ['InvalidNextTokenException', 400], /^nextToken is not one/)
  })

  it('refuses a nextToken of another list, which would leave out entries', async () => {
    const { nextToken } = await list({ maxResults: 2 })
    const others = [
      new ListDatasetGroupsCommand({ nextToken }),
      new ListFiltersCommand({ nextToken }),
      new ListRecipesCommand({ nextToken }),
    ] as const
    for (const other of others)
      await assertRefused(
        server.personalize.send(other as ListSchemasCommand),
        ['InvalidNextTokenException', 400],
        /^nextToken is not one that this list returned/,
      )
  })

  it('takes maxResults of 1 to 100, and refuses others with the common error, since its model declares none', async () => {
    assert.ok((await list({ maxResults: 100 })).schemas!.length > 1)
    for (const maxResults of [0, 101])
      await assertRefused(list({ maxResults }), ['ValidationError', 400], /'maxResults' failed/)
  })
})

describe('DeleteSchema', () => {
  let server: TestServer
  before(async () => {
    server = await startTestServer()
  })
  after(() => server[Symbol.asyncDispose]())

  const remove = (schemaArn: string) => server.personalize.send(new DeleteSchemaCommand({ schemaArn }))

  it('deletes a schema, whose name can be used again', async () => {
    const create = () => server.personalize.send(new CreateSchemaCommand({ name: 'again', schema }))
    const { schemaArn } = await create()
    await remove(schemaArn!)
    await assertRefused(remove(schemaArn!), NOT_FOUND, /schema\/again/)
    assert.equal((await create()).schemaArn, schemaArn)
  })

  it('refuses while datasets use it, naming them', async () => {
    const shop = await createUsersDataset(server)
    const { datasetGroupArn } = await createDataset(server, 'Items', { group: 'library' })
    const second = { name: 'users', schemaArn: shop.schemaArn, datasetGroupArn, datasetType: 'Users' }
    const { datasetArn } = await server.personalize.send(new CreateDatasetCommand(second))
    const inUse = ['ResourceInUseException', 400] as const
    await assertRefused(
      remove(shop.schemaArn),
      inUse,
      /shop-users .*: .*dataset\/shop\/USERS, .*dataset\/library\/USERS$/,
    )
    await server.personalize.send(new DeleteDatasetCommand({ datasetArn }))
    await assertRefused(remove(shop.schemaArn), inUse, /shop-users .*: .*dataset\/shop\/USERS$/)
    await server.personalize.send(new DeleteDatasetCommand({ datasetArn: shop.datasetArn }))
    await remove(shop.schemaArn)
  })
})
