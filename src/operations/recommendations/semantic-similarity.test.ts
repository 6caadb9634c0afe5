import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { PutItemsCommand } from '@aws-sdk/client-personalize-events'
import { GetRecommendationsCommand } from '@aws-sdk/client-personalize-runtime'
import { deploy } from '#test/market.ts'
import { createDataset, startTestServer, type TestServer } from '#test/server.ts'

const ITEMS = {
  tent: 'Light waterproof tent, hiking, camping',
  bag: 'Warm sleeping bag, camping, tent',
  stove: 'Gas stove, hiking, camping',
  grinder: 'Steel grinder, coffee, espresso',
  machine: 'Espresso machine, milk frother, coffee',
  beans: 'Roasted coffee beans, espresso',
}

describe('aws-semantic-similarity', () => {
  let server: TestServer
  let datasetArn: string
  let campaignArn: string
  before(async () => {
    server = await startTestServer()
    const fields = [
      { name: 'ITEM_ID', type: 'string' },
      { name: 'TITLE', type: ['null', 'string'] },
      { name: 'DESCRIPTION', type: ['null', 'string'], textual: true },
      { name: 'CREATION_TIMESTAMP', type: ['null', 'long'] },
    ]
    const created = await createDataset(server, 'Items', { fields })
    datasetArn = created.datasetArn
    await put(ITEMS)
    campaignArn = await deploy(server, created.datasetGroupArn, 'aws-semantic-similarity')
  })
  after(() => server[Symbol.asyncDispose]())

  const put = (texts: Readonly<Record<string, string>>) => {
    const items = Object.entries(texts).map(([itemId, description], i) => ({
      itemId,
      properties: JSON.stringify({ description, creationTimestamp: 1_700_000_000 + i }),
    }))
    return server.events.send(new PutItemsCommand({ datasetArn, items }))
  }
  const alike = async (itemId: string) => {
    const command = new GetRecommendationsCommand({ campaignArn, itemId, numResults: 2 })
    return (await server.runtime.send(command)).itemList!.map(({ itemId }) => itemId)
  }

  it('needs no interactions: it recommends items with similar texts', async () => {
    assert.deepEqual(new Set(await alike('tent')), new Set(['bag', 'stove']))
    assert.deepEqual(new Set(await alike('grinder')), new Set(['machine', 'beans']))
  })

  it('finds neighbours for an item that was put a moment ago, and finds it as theirs', async () => {
    await put({ kettle: 'Kettle, coffee, espresso, beans' })
    assert.ok((await alike('kettle')).every(id => ['grinder', 'machine', 'beans'].includes(id!)))
    assert.ok((await alike('beans')).includes('kettle'))
    await put({ kettle: 'Kettle, camping, stove, hiking, tent' })
    assert.ok((await alike('kettle')).every(id => ['tent', 'bag', 'stove'].includes(id!)))
    assert.ok(!(await alike('beans')).includes('kettle'))
  })
})
