import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { CreateFilterCommand, ListFiltersCommand } from '@aws-sdk/client-personalize'
import { GetRecommendationsCommand } from '@aws-sdk/client-personalize-runtime'
import { inspect } from '#test/http.ts'
import { createMarket, deploy, type Market } from '#test/market.ts'
import { startTestServer, type TestServer } from '#test/server.ts'

interface Tried {
  readonly before: readonly { readonly itemId: string }[]
  readonly after: readonly { readonly itemId: string }[]
}

describe('GET /inspect/filtered', () => {
  let server: TestServer
  let market: Market
  let campaignArn: string
  before(async () => {
    server = await startTestServer()
    market = await createMarket(server)
    campaignArn = await deploy(server, market.datasetGroupArn, 'aws-popularity-count')
  })
  after(() => server[Symbol.asyncDispose]())

  const tried = (query: Record<string, string>) =>
    inspect<Tried>(server, '/inspect/filtered', { campaignArn, limit: '10', ...query })
  const served = async (more: object) => {
    const command = new GetRecommendationsCommand({ campaignArn, numResults: 10, ...more })
    return (await server.runtime.send(command)).itemList!.map(({ itemId }) => itemId)
  }
  const ids = (items: Tried['after']) => items.map(({ itemId }) => itemId)

  it('shows what GetRecommendations returns without a filter and with it, and creates none', async () => {
    const CASES: readonly (readonly [string, Record<string, string>])[] = [
      ['INCLUDE ItemID WHERE Items.GENRES IN ($GENRE) AND Items.PRICE > $LEAST', { GENRE: '"comedy"', LEAST: '3' }],
      ['EXCLUDE ItemID WHERE Interactions.EVENT_TYPE IN ("watch")', {}],
    ]
    const userId = 'Guest-1'
    for (const [filterExpression, filterValues] of CASES) {
      const { before, after } = await tried({
        userId,
        filterExpression,
        filterValues: JSON.stringify(filterValues),
      })
      const { Filters } = await server.personalize.send(new ListFiltersCommand({}))
      const { datasetGroupArn } = market
      const create = new CreateFilterCommand({ name: `f${Filters!.length}`, datasetGroupArn, filterExpression })
      const { filterArn } = await server.personalize.send(create)
      assert.deepEqual(ids(before), await served({ userId }))
      assert.deepEqual(ids(after), await served({ userId, filterArn, filterValues }))
      assert.notDeepEqual(ids(after), ids(before))
    }
    assert.equal((await server.personalize.send(new ListFiltersCommand({}))).Filters!.length, CASES.length)
  })

  it('refuses what CreateFilter and GetRecommendations refuse, with their reasons', async () => {
    const filterExpression = 'INCLUDE ItemID WHERE Items.GENRES IN ($GENRE)'
    const CASES: readonly (readonly [Record<string, string>, RegExp])[] = [
      [{}, /InvalidInputException: .*filterExpression must be given/],
      [{ filterExpression: 'INCLUDE ItemID' }, /InvalidInputException: .*at column 15: expected WHERE/],
      [{ filterExpression: 'INCLUDE ItemID WHERE Items.NAME = "a"' }, /Items.NAME is not a field/],
      [{ filterExpression: 'INCLUDE UserID WHERE Users.AGE > 1' }, /filters by UserID, but .* by ItemID/],
      [{ filterExpression }, /InvalidInputException: .*GENRE is missing/],
      [{ filterExpression, filterValues: '{"GENRE":"drama"}' }, /filterValues.GENRE: .*column 1/],
      [{ filterExpression, filterValues: '["drama"]' }, /filterValues must be a JSON object of texts/],
      [
        { filterExpression, campaignArn: `${campaignArn}x` },
        /InvalidInputException: .*x does not exist or is not active yet\./,
      ],
    ]
    for (const [query, message] of CASES) await assert.rejects(tried(query), message)
  })
})
