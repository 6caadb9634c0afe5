import assert from 'node:assert/strict'
import { after, afterEach, before, describe, it } from 'node:test'
import {
  CreateCampaignCommand,
  CreateFilterCommand,
  DeleteCampaignCommand,
  DescribeCampaignCommand,
} from '@aws-sdk/client-personalize'
import {
  GetPersonalizedRankingCommand,
  GetRecommendationsCommand,
  type GetRecommendationsCommandInput,
} from '@aws-sdk/client-personalize-runtime'
import { eventually } from '#test/eventually.ts'
import { createMarket, deploy, type Market } from '#test/market.ts'
import { startTestServer, type TestServer } from '#test/server.ts'
import { openInspection } from '../cli/client.ts'
import { LOCAL_KEY } from '../config/config.ts'

describe('pinned answers', () => {
  let server: TestServer
  let market: Market
  let forYou: string
  let goesWith: string
  let ranking: string
  let headers: Readonly<Record<string, string>> = {}
  before(async () => {
    server = await startTestServer()
    market = await createMarket(server)
    forYou = await deploy(server, market.datasetGroupArn, 'aws-user-personalization-v2')
    goesWith = await deploy(server, market.datasetGroupArn, 'aws-sims')
    ranking = await deploy(server, market.datasetGroupArn, 'aws-personalized-ranking-v2')
    server.runtime.middlewareStack.add(
      next => async args => {
        const answer = await next(args)
        headers = (answer.response as { headers: Readonly<Record<string, string>> }).headers
        return answer
      },
      { step: 'deserialize', priority: 'low' },
    )
  })
  after(() => server[Symbol.asyncDispose]())
  afterEach(() => inspect('DELETE', '/inspect/pins'))

  const inspect = (method: string, path: string, asked = {}) =>
    openInspection(server.url, LOCAL_KEY)(method, path, asked)
  const pin = (body: object) => inspect('PUT', '/inspect/pins', { body })
  const ask = async (input: Partial<GetRecommendationsCommandInput>) => {
    const command = new GetRecommendationsCommand({ campaignArn: forYou, ...input })
    return (await server.runtime.send(command)).itemList!
  }
  const idsOf = (items: readonly { readonly itemId?: string | undefined }[]) => items.map(({ itemId }) => itemId)
  const filter = async (name: string, filterExpression: string) => {
    const { datasetGroupArn } = market
    const command = new CreateFilterCommand({ name, datasetGroupArn, filterExpression })
    return (await server.personalize.send(command)).filterArn!
  }

  it('are of a user, or of all others, and a header says so', async () => {
    const learned = await ask({ userId: 'Guest-1', numResults: 3 })
    assert.equal(headers['x-personalite-pinned'], undefined)
    await pin({ campaignArn: forYou, userId: 'Guest-1', items: ['drama-9', 'comedy-3', 'drama-2'] })
    const pinned = await ask({ userId: 'Guest-1' })
    assert.deepEqual(idsOf(pinned), ['drama-9', 'comedy-3', 'drama-2'])
    assert.deepEqual(
      pinned.map(({ score }) => score),
      [0.5, 0.3333333, 0.1666667],
    )
    assert.equal(headers['x-personalite-pinned'], 'true')
    assert.deepEqual(idsOf(await ask({ userId: 'Guest-1', numResults: 2 })), ['drama-9', 'comedy-3'])

    const other = await ask({ userId: 'Guest-2', numResults: 5 })
    assert.equal(headers['x-personalite-pinned'], undefined)
    await pin({ campaignArn: forYou, items: [] })
    assert.deepEqual(await ask({ userId: 'Guest-2', numResults: 5 }), [])
    assert.equal((await ask({ userId: 'Guest-1' })).length, 3)
    for (const [query, message] of [
      [{ user: 'Guest-1' }, /^Error: user is not a parameter of the query; there are campaignArn, .*, itemId$/],
      [{ campaignArn: forYou, userId: '' }, /^Error: userId is blank in the query/],
    ] as const)
      for (const method of ['GET', 'DELETE']) await assert.rejects(inspect(method, '/inspect/pins', { query }), message)
    assert.deepEqual(await inspect('DELETE', '/inspect/pins', { query: { campaignArn: forYou } }), { removed: 2 })
    assert.deepEqual(await ask({ userId: 'Guest-2', numResults: 5 }), other)
    assert.deepEqual(await ask({ userId: 'Guest-1', numResults: 3 }), learned)
  })

  it('are of an item', async () => {
    const request = { campaignArn: goesWith, itemId: 'drama-1' }
    await pin({ ...request, items: ['comedy-1', 'drama-1'] })
    assert.deepEqual(idsOf(await ask(request)), ['comedy-1', 'drama-1'])
    assert.equal((await ask({ ...request, itemId: 'drama-2', numResults: 3 })).length, 3)
    assert.equal(headers['x-personalite-pinned'], undefined)
  })

  it('pass the filter, and have metadata', async () => {
    const filterArn = await filter('dramas', 'INCLUDE ItemID WHERE Items.GENRES IN ("drama")')
    await pin({ campaignArn: forYou, items: ['comedy-2', 'drama-4', 'comedy-3', 'drama-1'] })
    const found = await ask({ userId: 'Guest-1', filterArn, metadataColumns: { ITEMS: ['GENRES', 'PRICE'] } })
    assert.deepEqual(
      found.map(({ itemId, metadata }) => ({ itemId, metadata })),
      [
        { itemId: 'drama-4', metadata: { genres: 'drama', price: '5.0' } },
        { itemId: 'drama-1', metadata: { genres: 'drama', price: '2.0' } },
      ],
    )
  })

  it('leave promoted items their share', async () => {
    const filterArn = await filter('promoted', 'INCLUDE ItemID WHERE Items.PRICE >= 30')
    await pin({ campaignArn: forYou, userId: 'Guest-1', items: ['drama-1', 'drama-2', 'drama-3', 'drama-4'] })
    const promotions = [{ name: 'dear', percentPromotedItems: 50, filterArn }]
    const request = { userId: 'Guest-1', numResults: 4, promotions }
    const found = await ask(request)
    assert.deepEqual(idsOf(found.filter(({ promotionName }) => promotionName === 'dear')).sort(), [
      'comedy-29',
      'drama-29',
    ])
    assert.deepEqual(idsOf(found.filter(({ promotionName }) => !promotionName)), ['drama-1', 'drama-2'])
    assert.deepEqual(await ask(request), found)
  })

  it('order a ranking: the pinned items first, then the others as learned', async () => {
    const inputList = ['drama-1', 'comedy-1', 'comedy-2', 'drama-2']
    const rank = async () => {
      const command = new GetPersonalizedRankingCommand({ campaignArn: ranking, userId: 'Guest-1', inputList })
      return (await server.runtime.send(command)).personalizedRanking!
    }
    const learned = idsOf(await rank())
    await pin({ campaignArn: ranking, userId: 'Guest-1', items: ['drama-2', 'comedy-9'] })
    const pinned = await rank()
    assert.equal(headers['x-personalite-pinned'], 'true')
    assert.deepEqual(idsOf(pinned), ['drama-2', ...learned.filter(id => id !== 'drama-2')])
    assert.deepEqual(
      pinned.map(({ score }) => score),
      [0.4, 0.3, 0.2, 0.1],
    )
  })

  it('end with their campaign: another of its name has none', async () => {
    const first = await server.personalize.send(new DescribeCampaignCommand({ campaignArn: forYou }))
    const { solutionVersionArn } = first.campaign!
    const create = new CreateCampaignCommand({ name: 'again', solutionVersionArn })
    const campaignArn = (await server.personalize.send(create)).campaignArn!
    const learned = idsOf(await ask({ campaignArn, userId: 'Guest-1' }))
    await pin({ campaignArn, userId: 'Guest-1', items: ['drama-9'] })
    assert.deepEqual(idsOf(await ask({ campaignArn, userId: 'Guest-1' })), ['drama-9'])
    await server.personalize.send(new DeleteCampaignCommand({ campaignArn }))
    await server.personalize.send(create)
    assert.deepEqual(idsOf(await ask({ campaignArn, userId: 'Guest-1' })), learned)
    await eventually('the pin to be forgotten', async () => {
      const { pins } = (await inspect('GET', '/inspect/pins')) as { readonly pins: readonly object[] }
      return pins.length === 0
    })
  })

  it('are shown as they were put', async () => {
    await pin({ campaignArn: forYou, userId: ' Guest-1 ', items: ['drama-1'] })
    await pin({ campaignArn: forYou, userId: 'Guest-1', items: ['drama-2'] })
    await pin({ campaignArn: goesWith, itemId: 'drama-1', items: ['drama-3'] })
    assert.deepEqual(await inspect('GET', '/inspect/pins'), {
      pins: [
        { campaignArn: forYou, userId: 'Guest-1', items: ['drama-2'] },
        { campaignArn: goesWith, itemId: 'drama-1', items: ['drama-3'] },
      ],
    })
    const query = { userId: 'Guest-1' }
    assert.deepEqual(await inspect('DELETE', '/inspect/pins', { query }), { removed: 1 })
    assert.deepEqual(await inspect('DELETE', '/inspect/pins', { query }), { removed: 0 })
  })

  for (const [wrong, message] of [
    [{ items: ['drama-1', 'dream-1'] }, /^Error: items\.2: the dataset group has no item "dream-1": put it first$/],
    [{ items: ['drama-1', 'drama-1'] }, /^Error: items\.2: "drama-1" is there twice$/],
    [{ items: 'drama-1' }, /^Error: items must be a list of texts, such as \["a", "b"\]$/],
    [{ items: [7] }, /^Error: items\.1 must be a text that is not blank, got 7$/],
    [{}, /^Error: items is missing: the ids to answer/],
    [{ actions: ['join'] }, /^Error: actions is wrong for aws-user-personalization-v2: name items in items$/],
    [{ itemId: 'drama-1', items: [] }, /^Error: itemId has no effect with aws-user-personalization-v2: leave it out$/],
    [{ userId: 'a', itemId: 'b', items: [] }, /^Error: userId and itemId are both given: a pin is for a user/],
    [{ userId: '', items: [] }, /^Error: userId must be a text that is not blank, got ""$/],
    [{ user: 'Guest-1', items: [] }, /^Error: user is not a member; there are campaignArn, recommenderArn, userId/],
    [{ campaignArn: undefined, items: [] }, /^Error: campaignArn or recommenderArn is missing$/],
  ] as const) {
    it(`refuses ${JSON.stringify(wrong)}, and changes nothing`, async () => {
      await pin({ campaignArn: forYou, userId: 'Guest-1', items: ['drama-2'] })
      const before = await inspect('GET', '/inspect/pins')
      await assert.rejects(pin({ campaignArn: forYou, ...wrong }), message)
      assert.deepEqual(await inspect('GET', '/inspect/pins'), before)
    })
  }

  it('refuses a campaign that is not there', async () => {
    const campaignArn = forYou.replace(/[^/]*$/, 'other')
    await assert.rejects(
      pin({ campaignArn, items: [] }),
      /^Error: .*campaign\/other does not exist or is not active yet\./,
    )
    await assert.rejects(
      inspect('PUT', '/inspect/pins', { body: ['x'] }),
      /^Error: The body must be a JSON object with/,
    )
  })
})
