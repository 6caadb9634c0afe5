import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { CreateFilterCommand } from '@aws-sdk/client-personalize'
import { PutItemsCommand } from '@aws-sdk/client-personalize-events'
import { GetPersonalizedRankingCommand, GetRecommendationsCommand } from '@aws-sdk/client-personalize-runtime'
import { createMarket, deploy, type Market, tasteOf } from '#test/market.ts'
import { assertRefused } from '#test/refused.ts'
import { startTestServer, type TestServer } from '#test/server.ts'

describe('GetPersonalizedRanking', () => {
  let server: TestServer
  let market: Market
  let campaignArn: string
  before(async () => {
    server = await startTestServer()
    market = await createMarket(server)
    campaignArn = await deploy(server, market.datasetGroupArn, 'aws-personalized-ranking-v2')
  })
  after(() => server[Symbol.asyncDispose]())

  const rank = async (userId: string, inputList: string[], filter: object = {}) => {
    const command = new GetPersonalizedRankingCommand({ campaignArn, userId, inputList, ...filter })
    return (await server.runtime.send(command)).personalizedRanking!
  }
  const idsOf = async (...asked: Parameters<typeof rank>) => (await rank(...asked)).map(({ itemId }) => itemId!)
  const MIXED = ['comedy-3', 'drama-3', 'comedy-5', 'drama-5']

  it('ranks items that suit the user first', async () => {
    const genres = async (userId: string) => (await idsOf(userId, MIXED)).map(tasteOf)
    assert.deepEqual(await genres('Member-1'), ['drama', 'drama', 'comedy', 'comedy'])
    assert.deepEqual(await genres('Guest-1'), ['comedy', 'comedy', 'drama', 'drama'])
  })

  it('also ranks items of the user’s history by how well they suit', async () => {
    const everyComedy = Array.from({ length: 30 }, (_, i) => `comedy-${i}`)
    for (const { itemId, score } of await rank('Guest-4', everyComedy)) assert.ok(score! > 0, `${itemId}`)
  })

  it('returns scores that sum up to 1', async () => {
    const scores = (await rank('Member-1', MIXED)).map(({ score }) => score!)
    assert.deepEqual(
      scores,
      scores.toSorted((a, b) => b - a),
    )
    assert.ok(Math.abs(scores.reduce((a, b) => a + b, 0) - 1) < 1e-5)
  })

  it('returns each item of the list once, unknown ones last and without a score', async () => {
    const ranking = await rank('Member-1', ['never seen', 'drama-1', 'drama-1'])
    assert.deepEqual(
      ranking.map(({ itemId }) => itemId),
      ['drama-1', 'never seen'],
    )
    assert.equal(ranking[1]!.score, undefined)
  })

  it('ranks an item that was put a moment ago by its properties', async () => {
    const items = ['drama', 'comedy'].map(genre => ({
      itemId: `${genre}-new`,
      properties: JSON.stringify({ genres: genre, price: 5 }),
    }))
    await server.events.send(new PutItemsCommand({ datasetArn: market.items, items }))
    assert.deepEqual(await idsOf('Member-1', ['comedy-new', 'drama-new']), ['drama-new', 'comedy-new'])
    assert.deepEqual(await idsOf('Guest-1', ['comedy-new', 'drama-new']), ['comedy-new', 'drama-new'])
  })

  it('leaves out items that a filter excludes', async () => {
    const { datasetGroupArn } = market
    const filterExpression = 'EXCLUDE ItemID WHERE Items.GENRES IN ($GENRE)'
    const command = new CreateFilterCommand({ name: 'not', datasetGroupArn, filterExpression })
    const { filterArn } = await server.personalize.send(command)
    const found = await idsOf('Member-1', MIXED, { filterArn, filterValues: { GENRE: '"drama"' } })
    assert.deepEqual(found.map(tasteOf), ['comedy', 'comedy'])
    const none = { filterArn, filterValues: { GENRE: '"drama"' } }
    assert.deepEqual(await idsOf('Member-1', ['never seen', 'drama-3'], none), ['never seen'], 'it is no drama')
  })

  it('needs a user', async () => {
    await assertRefused(rank('', MIXED), ['InvalidInputException', 400], /^userId is missing/)
  })

  it('returns metadata without a setting of the campaign', async () => {
    const metadataColumns = { ITEMS: ['GENRES', 'PRICE'] }
    const [best] = await rank('Member-1', ['drama-3'], { metadataColumns })
    assert.deepEqual(best!.metadata, { genres: 'drama', price: '4.0' })
  })

  it('takes from 1 to 500 items', async () => {
    const ids = (count: number) => Array.from({ length: count }, (_, n) => `item-${n}`)
    assert.equal((await rank('Member-1', ids(500))).length, 500)
    for (const count of [0, 501]) {
      const message = new RegExp(`^inputList must have from 1 to 500 items, got ${count}$`)
      await assertRefused(rank('Member-1', ids(count)), ['InvalidInputException', 400], message)
    }
  })

  it('refuses campaigns of other recipes', async () => {
    const asked = server.runtime.send(new GetRecommendationsCommand({ campaignArn, userId: 'Member-1' }))
    await assertRefused(asked, ['InvalidInputException', 400], /call GetPersonalizedRanking instead/)
  })
})
