import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { PutItemsCommand } from '@aws-sdk/client-personalize-events'
import { inspect } from '#test/http.ts'
import { createDataset, startTestServer, type TestServer } from '#test/server.ts'

interface Found {
  readonly records: readonly { readonly itemId: string; readonly properties: object }[]
  readonly nextToken?: string
}

describe('/inspect/search', () => {
  let server: TestServer
  let datasetArn: string
  let interactions: string
  before(async () => {
    server = await startTestServer()
    datasetArn = (await createDataset(server, 'Items')).datasetArn
    interactions = (await createDataset(server, 'Interactions')).datasetArn
    const items = Array.from({ length: 30 }, (_, n) => ({
      itemId: `i${n}`,
      properties: JSON.stringify({ genres: n % 10 === 0 ? 'Drama|Comedy' : 'Thriller', price: n }),
    }))
    for (let at = 0; at < items.length; at += 10)
      await server.events.send(new PutItemsCommand({ datasetArn, items: items.slice(at, at + 10) }))
  })
  after(() => server[Symbol.asyncDispose]())

  const search = (query: Record<string, string> = {}) =>
    inspect<Found>(server, '/inspect/search', { datasetArn, ...query })
  const ids = async (query: Record<string, string>) => (await search(query)).records.map(({ itemId }) => itemId)

  it('goes through all records in the order of ids, a page at a time', async () => {
    const seen: string[] = []
    let nextToken: string | undefined
    do {
      const page = await search({ limit: '7', ...(nextToken !== undefined && { nextToken }) })
      seen.push(...page.records.map(({ itemId }) => itemId))
      nextToken = page.nextToken
    } while (nextToken !== undefined)
    assert.deepEqual(seen, Array.from({ length: 30 }, (_, n) => `i${n}`).sort())
    assert.equal((await search({ limit: '30' })).nextToken, undefined)
  })

  it('finds ids by their beginning', async () => {
    assert.deepEqual(await ids({ prefix: 'i2', limit: '3' }), ['i2', 'i20', 'i21'])
    assert.deepEqual(await ids({ prefix: 'i2', nextToken: 'i28' }), ['i29'])
    assert.deepEqual(await ids({ prefix: 'nothing' }), [])
  })

  it('finds a text in any value, or in one field, in any letter case', async () => {
    assert.deepEqual(await ids({ text: 'drama' }), ['i0', 'i10', 'i20'])
    assert.deepEqual(await ids({ text: 'COMEDY', field: 'genres', limit: '2' }), ['i0', 'i10'])
    assert.deepEqual(await ids({ text: 'comedy', field: 'price' }), [])
    assert.deepEqual(await ids({ text: '17', field: 'PRICE' }), ['i17'])
    assert.deepEqual(await search({ text: 'drama', limit: '3' }).then(({ nextToken }) => nextToken), undefined)
    assert.deepEqual(await search({ text: 'drama', limit: '2' }).then(({ nextToken }) => nextToken), 'i10')
  })

  it('names the wrong parameter', async () => {
    for (const [query, message] of [
      [{ datasetArn: interactions }, /datasetArn must be of users, items or actions/],
      [{ limit: '0' }, /limit must be/],
      [{ prefix: '' }, /prefix is blank/],
      [{ prefix: '\0' }, /prefix must not contain the NUL character/],
      [{ text: 'x', field: 'colour' }, /field must be one of GENRES, PRICE, got colour/],
      [{ field: 'price' }, /text must be given with a field/],
      [{ filter: 'x' }, /filter is not a parameter/],
    ] as const)
      await assert.rejects(search(query), message)
  })
})
