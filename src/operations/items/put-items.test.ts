import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import {
  CreateDatasetCommand,
  CreateDatasetGroupCommand,
  CreateSchemaCommand,
  type Domain,
} from '@aws-sdk/client-personalize'
import { PutItemsCommand } from '@aws-sdk/client-personalize-events'
import { propertiesOf } from '#test/http.ts'
import { assertRefused, INVALID } from '#test/refused.ts'
import { createDataset, createUsersDataset, startTestServer, type TestServer } from '#test/server.ts'

const id = { name: 'ITEM_ID', type: 'string' }
const genres = { type: 'string', categorical: true }
const creation = { name: 'CREATION_TIMESTAMP', type: 'long' }
const description = { type: ['null', 'string'], textual: true }

describe('PutItems', () => {
  let server: TestServer
  /** GENRES (categorical) and PRICE (float), both nullable. */
  let datasetArn: string

  before(async () => {
    server = await startTestServer()
    datasetArn = (await createDataset(server, 'Items')).datasetArn
  })
  after(() => server[Symbol.asyncDispose]())

  const put = (itemId: string, properties?: string, into = datasetArn) =>
    server.events.send(new PutItemsCommand({ datasetArn: into, items: [{ itemId, properties }] }))
  const read = (itemId: string, from = datasetArn) => propertiesOf(server, from, itemId)

  async function createDomainItems(domain: Domain, fields: object[]) {
    const name = domain.toLowerCase()
    const schema = JSON.stringify({ type: 'record', name: 'Items', fields: [id, ...fields] })
    const { datasetGroupArn } = await server.personalize.send(new CreateDatasetGroupCommand({ name, domain }))
    const { schemaArn } = await server.personalize.send(new CreateSchemaCommand({ name, domain, schema }))
    const dataset = { name, schemaArn, datasetGroupArn, datasetType: 'Items' }
    return (await server.personalize.send(new CreateDatasetCommand(dataset))).datasetArn!
  }

  it('replaces an item whose itemId is already there: properties that are left out are gone', async () => {
    await put('i1', '{"genres":"Horror|Action","price":9.99}')
    assert.deepEqual(await read('i1'), { genres: 'Horror|Action', price: 9.99 })
    await put('i1', '{"price":"5"}')
    assert.deepEqual(await read('i1'), { price: 5 })
  })

  it('takes 10 items in a call and refuses 11', async () => {
    const items = Array.from({ length: 11 }, (_, i) => ({ itemId: `many${i}` }))
    await assertRefused(
      server.events.send(new PutItemsCommand({ datasetArn, items })),
      INVALID,
      /'items'.*items\.11 is/,
    )
    assert.equal(await read('many0'), undefined)
    await server.events.send(new PutItemsCommand({ datasetArn, items: items.slice(1) }))
    assert.deepEqual(await read('many10'), {})
  })

  it('takes properties of up to 32,000 characters', async () => {
    await put('i2', '{"price":1}'.padEnd(32_000))
    assert.deepEqual(await read('i2'), { price: 1 })
    const tooLong = put('i2', '{"price":2}'.padEnd(32_001))
    await assertRefused(tooLong, INVALID, /'items\.1\.member\.properties' failed/)
  })

  it('names the item and the property that it refuses', async () => {
    for (const [properties, problem] of [
      ['{"price":"cheap"}', 'price must be a float, got the string "cheap"'],
      ['{"itemId":"i3"}', 'itemId is not allowed inside properties'],
      [`{"genres":"${'x'.repeat(1001)}"}`, 'genres: Length cannot be more than 1000 characters for GENRES'],
    ] as const) {
      await assertRefused(put('i3', properties), INVALID, new RegExp(`^items\\.1\\.member\\.properties: ${problem}`))
    }
    assert.equal(await read('i3'), undefined)
  })

  it('takes text of any length in a textual field', async () => {
    const fields = [
      { name: 'PRICE', type: 'float' },
      { name: 'CATEGORY_L1', ...genres },
    ]
    const shop = await createDomainItems('ECOMMERCE', [...fields, { name: 'PRODUCT_DESCRIPTION', ...description }])
    const productDescription = 'Läuft und läuft. '.repeat(1000)
    const properties = JSON.stringify({ price: 1, categoryL1: 'Shoes', productDescription })
    await put('i4', properties, shop)
    assert.equal((await read('i4', shop))!.productDescription, productDescription)
  })

  it('requires the fields that the domain requires', async () => {
    const videos = await createDomainItems('VIDEO_ON_DEMAND', [{ name: 'GENRES', ...genres }, creation])
    await assertRefused(
      put('i5', '{"genres":"Horror"}', videos),
      INVALID,
      /^items\.1\.member\.properties: creationTimestamp must be given/,
    )
    await put('i5', '{"genres":"Horror","creationTimestamp":1553631760}', videos)
    assert.deepEqual(await read('i5', videos), { genres: 'Horror', creationTimestamp: 1553631760 })
  })

  it('needs an Items dataset that exists', async () => {
    const users = await createUsersDataset(server)
    await assertRefused(put('i6', '{}', users.datasetArn), INVALID, /^datasetArn must be.*ITEMS.* is USERS$/)
    const arn = datasetArn.replace('/shop/', '/none/')
    await assertRefused(put('i6', '{}', arn), ['ResourceNotFoundException', 404], /none\/ITEMS/)
  })
})
