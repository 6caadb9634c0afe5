import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import {
  CreateDatasetCommand,
  CreateDatasetGroupCommand,
  CreateSchemaCommand,
  DescribeDatasetCommand,
  type Domain,
} from '@aws-sdk/client-personalize'
import { countOf } from '#test/http.ts'
import { assertRefused, INVALID } from '#test/refused.ts'
import { createDataset, createUsersDataset, startTestServer, type TestServer } from '#test/server.ts'

const NOT_FOUND = ['ResourceNotFoundException', 400] as const

describe('CreateDataset', () => {
  let server: TestServer
  before(async () => {
    server = await startTestServer()
  })
  after(() => server[Symbol.asyncDispose]())

  const create = (datasetType: string, schemaArn: string, datasetGroupArn: string) =>
    server.personalize.send(new CreateDatasetCommand({ name: 'a-name', datasetType, schemaArn, datasetGroupArn }))
  const read = async (datasetArn: string | undefined) =>
    (await server.personalize.send(new DescribeDatasetCommand({ datasetArn }))).dataset!

  async function createGroup(name: string, domain?: Domain) {
    const created = await server.personalize.send(new CreateDatasetGroupCommand({ name, ...(domain && { domain }) }))
    return created.datasetGroupArn!
  }
  async function createSchema(name: string, type: string, idName: string, domain?: Domain) {
    const fields = [
      { name: idName, type: 'string' },
      { name: 'SIZE', type: 'int' },
    ]
    const schema = JSON.stringify({ type: 'record', name: type, fields })
    const command = new CreateSchemaCommand({ name, schema, ...(domain && { domain }) })
    return (await server.personalize.send(command)).schemaArn!
  }

  it('creates an empty dataset, ACTIVE at once, under an ARN of its group and type', async () => {
    const [schemaArn, datasetGroupArn] = [await createSchema('s1', 'Users', 'USER_ID'), await createGroup('shop')]
    const { datasetArn } = await create('Users', schemaArn, datasetGroupArn)
    assert.equal(datasetArn, 'arn:aws:personalize:us-east-1:000000000000:dataset/shop/USERS')
    const { creationDateTime, lastUpdatedDateTime, ...dataset } = await read(datasetArn)
    const expected = { name: 'a-name', datasetArn, datasetGroupArn, datasetType: 'USERS', schemaArn, status: 'ACTIVE' }
    assert.deepEqual(dataset, expected)
    assert.equal((await countOf(server, datasetArn!)).rows, 0)
  })

  it('takes the type in any case', async () => {
    const schemaArn = await createSchema('s2', 'Items', 'ITEM_ID')
    for (const datasetType of ['Items', 'ITEMS', 'items']) {
      const { datasetArn } = await create(datasetType, schemaArn, await createGroup(`of-${datasetType}`))
      assert.equal((await read(datasetArn)).datasetType, 'ITEMS')
    }
    const group = await createGroup('untyped')
    await assertRefused(create('Things', schemaArn, group), INVALID, /^datasetType must be one of.*not Things$/)
  })

  it('creates a trackingId for Action interactions, and for no other dataset', async () => {
    const actions = await createDataset(server, 'Action_Interactions', { group: 'actions' })
    assert.equal(actions.datasetArn, 'arn:aws:personalize:us-east-1:000000000000:dataset/actions/ACTION_INTERACTIONS')
    assert.match((await read(actions.datasetArn)).trackingId!, /^[0-9a-f-]{36}$/)
    const interactions = await createDataset(server, 'Interactions', { group: 'actions' })
    assert.equal((await read(interactions.datasetArn)).trackingId, undefined)
  })

  it('refuses a second dataset of a type in a group', async () => {
    const { schemaArn, datasetGroupArn } = await createUsersDataset(server, { group: 'second' })
    const exists = ['ResourceAlreadyExistsException', 400] as const
    await assertRefused(create('USERS', schemaArn, datasetGroupArn), exists, /dataset\/second\/USERS already exists/)
  })

  it('refuses a schema for another type, naming both', async () => {
    const { schemaArn, datasetGroupArn } = await createDataset(server, 'Items', { group: 'mixed' })
    const sent = create('Users', schemaArn, datasetGroupArn)
    await assertRefused(sent, INVALID, /schema\/mixed-items is for a dataset of type ITEMS, not USERS$/)
  })

  it('refuses a schema for another domain than the dataset group, naming both', async () => {
    const domain = 'ECOMMERCE'
    const [custom, domains] = [await createGroup('custom'), await createGroup('domain', domain)]
    const forCustom = await createSchema('s3', 'Users', 'USER_ID')
    const forDomain = await createSchema('s4', 'Users', 'USER_ID', domain)
    const message = /created for the domain ECOMMERCE, the dataset group for no domain$/
    await assertRefused(create('Users', forDomain, custom), INVALID, message)
    await assertRefused(create('Users', forCustom, domains), INVALID, /for no domain, .* the domain ECOMMERCE$/)
    await create('Users', forDomain, domains)
  })

  it('refuses a schema or a dataset group that does not exist', async () => {
    const { schemaArn, datasetGroupArn } = await createUsersDataset(server, { group: 'there' })
    await assertRefused(
      create('Items', `${schemaArn}x`, datasetGroupArn),
      NOT_FOUND,
      /^The given schema .*there-usersx$/,
    )
    await assertRefused(
      create('Items', schemaArn, `${datasetGroupArn}x`),
      NOT_FOUND,
      /^The given dataset group .*therex$/,
    )
  })
})
