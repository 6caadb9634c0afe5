import assert from 'node:assert/strict'
import { rename } from 'node:fs/promises'
import { after, before, describe, it } from 'node:test'
import {
  CreateCampaignCommand,
  CreateFilterCommand,
  CreateSolutionVersionCommand,
  DescribeSolutionVersionCommand,
  UpdateCampaignCommand,
} from '@aws-sdk/client-personalize'
import { PutEventsCommand, PutItemsCommand, PutUsersCommand } from '@aws-sdk/client-personalize-events'
import { GetRecommendationsCommand, type GetRecommendationsCommandInput } from '@aws-sdk/client-personalize-runtime'
import { historyOf } from '#test/http.ts'
import { assertActive, finished, importFrom, putFile } from '#test/jobs.ts'
import { createMarket, deploy, type Market, tasteOf, train } from '#test/market.ts'
import { assertRefused } from '#test/refused.ts'
import { createDataset, createTracker, startTestServer, type TestServer } from '#test/server.ts'

const REFUSED = ['InvalidInputException', 400] as const

describe('GetRecommendations', () => {
  let server: TestServer
  let market: Market
  let campaignArn: string
  let trackingId: string
  before(async () => {
    server = await startTestServer()
    market = await createMarket(server)
    const { datasetGroupArn } = market
    campaignArn = await deploy(server, datasetGroupArn, 'aws-user-personalization-v2')
    trackingId = await createTracker(server, datasetGroupArn)
  })
  after(() => server[Symbol.asyncDispose]())

  const ask = (input: GetRecommendationsCommandInput) =>
    server.runtime.send(new GetRecommendationsCommand({ campaignArn, numResults: 10, ...input }))
  const idsOf = async (input: GetRecommendationsCommandInput) =>
    (await ask(input)).itemList!.map(({ itemId }) => itemId!)
  const tastes = async (input: GetRecommendationsCommandInput) => new Set((await idsOf(input)).map(tasteOf))
  const count = async (taste: string, input: GetRecommendationsCommandInput) =>
    (await idsOf(input)).filter(id => tasteOf(id) === taste).length
  const put = (userId: string, properties: object) =>
    server.events.send(
      new PutUsersCommand({ datasetArn: market.users, users: [{ userId, properties: JSON.stringify(properties) }] }),
    )
  const watch = (sessionId: string, userId: string | undefined, ...items: string[]) =>
    server.events.send(
      new PutEventsCommand({
        trackingId,
        userId,
        sessionId,
        eventList: items.map((itemId, i) => ({ eventType: 'watch', itemId, sentAt: new Date(2e9 + i * 1000) })),
      }),
    )
  const filter = async (name: string, filterExpression: string) => {
    const command = new CreateFilterCommand({ name, datasetGroupArn: market.datasetGroupArn, filterExpression })
    return (await server.personalize.send(command)).filterArn!
  }

  it('recommends to a user the items that similar users like', async () => {
    assert.deepEqual(await tastes({ userId: 'Member-1' }), new Set(['drama']))
    assert.deepEqual(await tastes({ userId: 'Guest-1' }), new Set(['comedy']))
  })

  it('returns scores that fall and are probabilities', async () => {
    const { itemList } = await ask({ userId: 'Member-1', numResults: 60 })
    const scores = itemList!.map(({ score }) => score!)
    assert.equal(scores.length, 60)
    assert.deepEqual(
      scores,
      scores.toSorted((a, b) => b - a),
    )
    const sum = scores.reduce((a, b) => a + b, 0)
    assert.ok(Math.abs(sum - 1) < 1e-4, `${sum}`)
  })

  it('recommends the same to a user with any itemId in the request', async () => {
    const ids = await idsOf({ userId: 'Member-1' })
    assert.deepEqual(await idsOf({ userId: 'Member-1', itemId: ids[0]! }), ids)
  })

  it('recommends by the properties of a user who was just put, also after they are replaced', async () => {
    await put('new', { membershipType: 'Guest', age: 25 })
    assert.ok((await count('comedy', { userId: 'new', numResults: 10 })) >= 8)
    await put('new', { membershipType: 'Member', age: 25 })
    assert.ok((await count('drama', { userId: 'new', numResults: 10 })) >= 8)
  })

  it('uses an event in the very next request, even if it contradicts the properties', async () => {
    await put('changing', { membershipType: 'Guest' })
    assert.ok((await count('drama', { userId: 'changing', numResults: 10 })) <= 2)
    await watch('s1', 'changing', 'drama-3', 'drama-4', 'drama-5', 'drama-6', 'drama-7')
    assert.ok((await count('drama', { userId: 'changing', numResults: 10 })) >= 5)
  })

  it('ignores any number of events of types that the solution leaves out', async () => {
    const watches = await deploy(server, market.datasetGroupArn, 'aws-user-personalization', {
      eventType: 'watch',
      campaignConfig: { itemExplorationConfig: { explorationWeight: '0' } },
    })
    await watch('s3', 'clicker', 'drama-3', 'drama-4', 'drama-5', 'drama-6', 'drama-7')
    const before = await idsOf({ campaignArn: watches, userId: 'clicker' })
    for (let call = 0; call < 25; call++) {
      const event = { eventType: 'click', itemId: 'comedy-1' }
      const eventList = Array.from({ length: 10 }, (_, n) => ({ ...event, sentAt: new Date(2.1e12 + 10 * call + n) }))
      await server.events.send(new PutEventsCommand({ trackingId, userId: 'clicker', sessionId: 's3', eventList }))
    }
    assert.deepEqual(await idsOf({ campaignArn: watches, userId: 'clicker' }), before)
  })

  it('identifies an anonymous user by the session', async () => {
    await watch('anonymous', undefined, 'comedy-2', 'comedy-9', 'comedy-4')
    assert.ok((await count('comedy', { userId: 'anonymous', numResults: 10 })) >= 8)
  })

  it('recommends popular items to an unknown user', async () => {
    assert.equal((await idsOf({ userId: 'nobody', numResults: 500 })).length, 60)
  })

  it('filters by data that were put a moment ago', async () => {
    const filterArn = await filter('cheap', 'INCLUDE ItemID WHERE Items.PRICE < $PRICE')
    const filterValues = { PRICE: '3' }
    const cheap = await idsOf({ userId: 'Member-1', filterArn, filterValues })
    assert.deepEqual(new Set(cheap), new Set(['drama-0', 'drama-1', 'comedy-0', 'comedy-1']))
    const items = [
      { itemId: 'drama-1', properties: '{"genres":"drama","price":50}' },
      { itemId: 'drama-new', properties: '{"genres":"drama","price":1}' },
    ]
    for (let again = 0; again < 2; again++) {
      await server.events.send(new PutItemsCommand({ datasetArn: market.items, items }))
      const now = await idsOf({ userId: 'Member-1', filterArn, filterValues })
      assert.deepEqual(new Set(now), new Set(['drama-0', 'drama-new', 'comedy-0', 'comedy-1']))
    }
  })

  it('ranks a new item by its score, also with a filter that few items pass', async () => {
    const items = [{ itemId: 'drama-late', properties: '{"genres":"drama","price":3}' }]
    await server.events.send(new PutItemsCommand({ datasetArn: market.items, items }))
    const filterArn = await filter('threes', 'INCLUDE ItemID WHERE Items.PRICE = 3')
    // This campaign does not explore, since exploration would move the item on another day.
    const campaignArn = await deploy(server, market.datasetGroupArn, 'aws-user-personalization', {
      campaignConfig: { itemExplorationConfig: { explorationWeight: '0' } },
    })
    const all = await idsOf({ campaignArn, userId: 'Member-0', numResults: 100 })
    const threes = all.filter(id => ['drama-2', 'drama-late', 'comedy-2'].includes(id))
    assert.equal(threes.length, 3)
    assert.notEqual(threes.at(-1), 'drama-late')
    // A filter is cached from its second use on.
    for (let use = 1; use <= 3; use++)
      assert.deepEqual(await idsOf({ campaignArn, userId: 'Member-0', filterArn }), threes)
  })

  it('leaves out all items that the user has watched by now', async () => {
    const filterArn = await filter('watched', 'EXCLUDE ItemID WHERE Interactions.EVENT_TYPE IN ("watch")')
    await watch('s2', 'watcher', 'drama-0', 'drama-1')
    const found = await idsOf({ userId: 'watcher', filterArn, numResults: 100 })
    assert.ok(!found.includes('drama-0') && !found.includes('drama-1'))
    await watch('s2', 'watcher', 'drama-2')
    assert.equal((await idsOf({ userId: 'watcher', filterArn, numResults: 100 })).length, found.length - 1)
  })

  it('leaves out items that the user watched before thousands of clicks', async () => {
    await watch('s4', 'collector', 'drama-3', 'drama-4')
    const lines = Array.from({ length: 1500 }, (_, n) => `collector,comedy-1,click,${2e9 + n}`)
    const file = await putFile(server, 'clicks.csv', ['USER_ID,ITEM_ID,EVENT_TYPE,TIMESTAMP', ...lines].join('\n'))
    assertActive(await importFrom(server, market.interactions, file, 'INCREMENTAL'))
    for (const [name, eventTypes, left] of [
      ['watched-before', '"Watch"', ['drama-3', 'drama-4']],
      ['had-before', '"*"', ['drama-3', 'drama-4', 'comedy-1']],
      ['clicked-before', '"click"', ['comedy-1']],
    ] as const) {
      const filterArn = await filter(name, `INCLUDE ItemID WHERE Interactions.EVENT_TYPE IN (${eventTypes})`)
      assert.deepEqual(new Set(await idsOf({ userId: 'collector', filterArn, numResults: 100 })), new Set(left))
    }
  })

  it('promotes items of a filter, in their own order among the others', async () => {
    const filterArn = await filter('comedies', 'INCLUDE ItemID WHERE Items.GENRES IN ("comedy")')
    const promotions = [{ name: 'fun', percentPromotedItems: 30, filterArn }]
    const { itemList } = await ask({ userId: 'Member-1', promotions })
    const promoted = itemList!.filter(({ promotionName }) => promotionName === 'fun')
    assert.equal(itemList!.length, 10)
    assert.deepEqual(
      promoted.map(({ itemId }) => tasteOf(itemId!)),
      ['comedy', 'comedy', 'comedy'],
    )
    assert.equal(new Set(itemList!.map(({ itemId }) => itemId)).size, 10)
  })

  it('returns metadata as strings, by column names in lower case', async () => {
    const { itemList } = await ask({
      userId: 'Member-1',
      numResults: 1,
      metadataColumns: { ITEMS: ['GENRES', 'price'] },
    })
    const { itemId, metadata } = itemList![0]!
    assert.deepEqual(metadata, { genres: 'drama', price: `${Number(itemId!.split('-')[1]) + 1}.0` })
    await assertRefused(
      ask({ userId: 'a', metadataColumns: { ITEMS: ['COLOR'] } }),
      REFUSED,
      /no column COLOR.*GENRES, PRICE/,
    )
  })

  it('returns up to 500 results, with metadata too, and 25 by default', async () => {
    assert.equal((await idsOf({ userId: 'Member-1', numResults: undefined })).length, 25)
    await assertRefused(ask({ userId: 'Member-1', numResults: 501 }), REFUSED, /numResults/)
    const metadataColumns = { ITEMS: ['PRICE'] }
    const { itemList } = await ask({ userId: 'Member-1', numResults: 500, metadataColumns })
    assert.ok(itemList!.length > 50 && itemList!.every(({ metadata }) => metadata))
  })

  it('returns an id with each reply, which is short enough for PutEvents', async () => {
    const [first, second] = [await ask({ userId: 'a' }), await ask({ userId: 'a' })]
    assert.match(first.recommendationId!, /^RID-[\da-f-]+-CID-[\da-f]{6}$/)
    assert.ok(first.recommendationId!.length <= 40)
    assert.notEqual(first.recommendationId, second.recommendationId)
  })

  it('is the impression of events that name its id, only in its own dataset group', async () => {
    const { recommendationId, itemList } = await ask({ userId: 'Member-1' })
    const other = await createDataset(server, 'Interactions', { group: 'staging' })
    const elsewhere = await createTracker(server, other.datasetGroupArn)
    const event = { eventType: 'watch', itemId: 'drama-0', sentAt: new Date(2e9), recommendationId }
    const impressionIn = async (datasetArn: string, tracker: string | undefined) => {
      const put = { trackingId: tracker, userId: 'shown', sessionId: 'shown', eventList: [event] }
      await server.events.send(new PutEventsCommand(put))
      return (await historyOf(server, datasetArn, 'shown')).map(({ properties }) => properties)
    }
    const impression = itemList!.map(({ itemId }) => itemId).join('|')
    assert.deepEqual(await impressionIn(market.interactions, trackingId), [{ recommendationId, impression }])
    assert.deepEqual(await impressionIn(other.datasetArn, elsewhere), [{ recommendationId }])
  })

  it('has the model in memory before the first request, and imported data as soon as the import is ACTIVE', async () => {
    const recipeArn = 'aws-user-personalization-v2'
    const campaignArn = await deploy(server, market.datasetGroupArn, recipeArn)
    await rename(`${server.dataDir}/models`, `${server.dataDir}/away`)
    assert.equal((await idsOf({ campaignArn, userId: 'Member-1' })).length, 10)
    await rename(`${server.dataDir}/away`, `${server.dataDir}/models`)
    const { solutionVersionArn } = await train(server, market.datasetGroupArn, recipeArn)
    const solutionArn = solutionVersionArn!.replace(/\/[^/]+$/, '')
    const latest = `${solutionArn}/$LATEST`
    const created = new CreateCampaignCommand({ name: 'warm', solutionVersionArn: latest })
    const { campaignArn: updated } = await server.personalize.send(created)
    const { solutionVersionArn: next } = await server.personalize.send(
      new CreateSolutionVersionCommand({ solutionArn }),
    )
    await finished(async () => {
      const command = new DescribeSolutionVersionCommand({ solutionVersionArn: next })
      return (await server.personalize.send(command)).solutionVersion
    })
    await server.personalize.send(new UpdateCampaignCommand({ campaignArn: updated, solutionVersionArn: next }))
    await rename(`${server.dataDir}/models`, `${server.dataDir}/away`)
    assert.equal((await idsOf({ campaignArn: updated, userId: 'Member-1' })).length, 10)
    await rename(`${server.dataDir}/away`, `${server.dataDir}/models`)
    const file = await putFile(server, 'one.csv', 'ITEM_ID,GENRES,PRICE\nimported,drama,7777')
    assertActive(await importFrom(server, market.items, file, 'INCREMENTAL'))
    const filterArn = await filter('sevens', 'INCLUDE ItemID WHERE Items.PRICE = 7777')
    for (const campaignArn of [undefined, updated])
      assert.deepEqual(await idsOf({ ...(campaignArn && { campaignArn }), userId: 'Member-1', filterArn }), [
        'imported',
      ])
  })

  it('refuses requests that it cannot answer, with the reason', async () => {
    await assertRefused(ask({}), REFUSED, /^userId is missing/)
    await assertRefused(ask({ campaignArn: undefined, userId: 'a' }), REFUSED, /campaignArn or recommenderArn/)
    const nowhere = campaignArn.replace(/[^/]+$/, 'nowhere')
    const missing = new RegExp(`^${nowhere} does not exist or is not active yet\\.$`)
    await assertRefused(ask({ campaignArn: nowhere, userId: 'a' }), REFUSED, missing)
    const solution = campaignArn.replace(/campaign.*/, 'solution/nowhere')
    const wrong =
      /solution\/nowhere does not exist or is not active yet: that is the ARN of a solution, not of a campaign$/
    await assertRefused(ask({ campaignArn: solution, userId: 'a' }), REFUSED, wrong)
    await assertRefused(ask({ userId: 'a', filterValues: { A: '1' } }), REFUSED, /the values need a filterArn/)
    const filterArn = 'arn:aws:personalize:us-east-1:000000000000:filter/unread-2024-01-01'
    const message = /^filterArn: The given filter does not exist: .*unread-2024-01-01$/
    await assertRefused(ask({ userId: 'a', filterArn }), REFUSED, message)
    const promotions = [{ percentPromotedItems: 50, filterArn }]
    await assertRefused(
      ask({ userId: 'a', promotions }),
      REFUSED,
      /^promotions\.1\.member\.filterArn: The given filter/,
    )
    const values = { A: '1' }
    const free = await filter('free', 'INCLUDE ItemID WHERE Items.PRICE < 1')
    await assertRefused(
      ask({ userId: 'a', promotions: [{ percentPromotedItems: 50, filterArn: free, filterValues: values }] }),
      REFUSED,
      /^promotions\.1\.member\.filterValues: A is not a placeholder of the filter/,
    )
  })

  it('treats maps without entries as absent', async () => {
    const ids = await idsOf({ userId: 'a', numResults: 60 })
    assert.deepEqual(await idsOf({ userId: 'a', numResults: 60, filterValues: {}, metadataColumns: {} }), ids)
  })
})
