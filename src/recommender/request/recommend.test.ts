import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { CreateFilterCommand } from '@aws-sdk/client-personalize'
import { GetPersonalizedRankingCommand, GetRecommendationsCommand } from '@aws-sdk/client-personalize-runtime'
import { createMarket, deploy, ITEMS_EACH, type Market } from '#test/market.ts'
import { startTestServer, type TestServer } from '#test/server.ts'
import { recipes } from '../../recipes/recipes.ts'
import { assertAsked } from './prepare-request.ts'

describe('assertAsked', () => {
  for (const recipe of recipes)
    it(`demands what the recipe needs and nothing else: ${recipe.name}`, () => {
      const { userId, itemId } = recipe.request
      const demands = (asked: { userId?: string; itemId?: string }, member: string, isNeeded: boolean) => {
        if (!isNeeded) return assert.doesNotThrow(() => assertAsked(recipe, asked))
        assert.throws(() => assertAsked(recipe, asked), {
          code: 'InvalidInputException',
          message: new RegExp(`^${member} is missing: ${recipe.name}`),
        })
      }
      assert.doesNotThrow(() => assertAsked(recipe, { userId: 'u', itemId: 'i' }))
      demands({ itemId: 'i' }, 'userId', userId === 'required')
      demands({ userId: 'u' }, 'itemId', itemId === 'required')
      demands({ userId: '', itemId: 'i' }, 'userId', userId === 'required')
    })
})

describe('recommend', () => {
  let server: TestServer
  let market: Market
  let forYou: string
  before(async () => {
    server = await startTestServer()
    market = await createMarket(server)
    forYou = await deploy(server, market.datasetGroupArn, 'aws-user-personalization-v2')
  })
  after(() => server[Symbol.asyncDispose]())
  const list = async (
    asked: { campaignArn: string; userId?: string; itemId?: string; filterArn?: string | undefined },
    numResults: number,
  ) => (await server.runtime.send(new GetRecommendationsCommand({ ...asked, numResults }))).itemList!

  it('has every item once, in falling order of scores that sum up to 1', async () => {
    for (const userId of ['Member-1', 'nobody']) {
      const items = await list({ campaignArn: forYou, userId }, 500)
      assert.equal(new Set(items.map(({ itemId }) => itemId)).size, 2 * ITEMS_EACH)
      const scores = items.map(({ score }) => score!)
      assert.deepEqual(
        scores,
        scores.toSorted((a, b) => b - a),
      )
      assert.ok(Math.abs(scores.reduce((a, b) => a + b, 0) - 1) < 1e-4)
    }
  })

  it('has the first of a longer list in a shorter one', async () => {
    const [all, first] = [
      await list({ campaignArn: forYou, userId: 'Member-1' }, 20),
      await list({ campaignArn: forYou, userId: 'Member-1' }, 5),
    ]
    assert.deepEqual(first, all.slice(0, 5))
  })

  it('has the same order under a filter as without it, also of equal scores and however often it is asked', async () => {
    const { datasetGroupArn } = market
    const filterExpression = 'INCLUDE ItemID WHERE Items.GENRES IN ("comedy")'
    const command = new CreateFilterCommand({ name: 'comedies', datasetGroupArn, filterExpression })
    const { filterArn } = await server.personalize.send(command)
    for (const campaignArn of [forYou, await deploy(server, datasetGroupArn, 'aws-popularity-count')])
      for (const userId of ['Member-1', 'nobody']) {
        const all = await list({ campaignArn, userId }, 500)
        const expected = all.filter(({ itemId }) => itemId!.startsWith('comedy'))
        for (const _time of [1, 2, 3]) assert.deepEqual(await list({ campaignArn, userId, filterArn }, 500), expected)
      }
  })

  it('leaves out the item that is asked about', async () => {
    for (const recipe of ['aws-similar-items', 'aws-sims']) {
      const campaignArn = await deploy(server, market.datasetGroupArn, recipe)
      const items = await list({ campaignArn, itemId: 'drama-0' }, 500)
      assert.ok(items.length > 0 && !items.some(({ itemId }) => itemId === 'drama-0'), recipe)
    }
  })

  it('ranks a list by scores that do not depend on its order, equal ones as they are given', async () => {
    const campaignArn = await deploy(server, market.datasetGroupArn, 'aws-personalized-ranking-v2')
    const rank = async (inputList: string[]) => {
      const command = new GetPersonalizedRankingCommand({ campaignArn, userId: 'Member-1', inputList })
      return (await server.runtime.send(command)).personalizedRanking!.map(({ itemId, score }) => ({
        id: itemId!,
        score: score!,
      }))
    }
    const inputList = ['comedy-2', 'drama-2', 'drama-8', 'comedy-8']
    for (const given of [inputList, inputList.toReversed()]) {
      const ranking = await rank(given)
      const scores = new Map((await rank(inputList)).map(({ id, score }) => [id, score]))
      for (const { id, score } of ranking) assert.equal(score, scores.get(id), id)
      const expected = given.toSorted((a, b) => scores.get(b)! - scores.get(a)!)
      assert.deepEqual(
        ranking.map(({ id }) => id),
        expected,
      )
    }
  })
})
