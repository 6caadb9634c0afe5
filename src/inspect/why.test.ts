import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { CreateFilterCommand } from '@aws-sdk/client-personalize'
import { PutEventsCommand, PutItemsCommand, PutUsersCommand } from '@aws-sdk/client-personalize-events'
import { GetActionRecommendationsCommand, GetRecommendationsCommand } from '@aws-sdk/client-personalize-runtime'
import { historyOf, inspect } from '#test/http.ts'
import { assertActive, importFrom, putFile } from '#test/jobs.ts'
import { createMarket, deploy, type Market } from '#test/market.ts'
import { createDataset, createTracker, startTestServer, type TestServer } from '#test/server.ts'
import { explainItems, near, sumOf } from '#test/why.ts'
import { createRandom } from '../engine/math/random.ts'

const WITHOUT_EXPLORATION = { campaignConfig: { itemExplorationConfig: { explorationWeight: '0' } } }

describe('GET /inspect/why', () => {
  let server: TestServer
  let market: Market
  let trackingId: string
  let forYou: string
  before(async () => {
    server = await startTestServer()
    market = await createMarket(server)
    const { datasetGroupArn } = market
    trackingId = await createTracker(server, datasetGroupArn)
    forYou = await deploy(server, datasetGroupArn, 'aws-user-personalization', WITHOUT_EXPLORATION)
  })
  after(() => server[Symbol.asyncDispose]())

  const explain = (query: Record<string, string>) => explainItems(server, query)
  const listOf = async (query: { campaignArn: string; userId?: string; itemId?: string }, numResults = 10) =>
    (await server.runtime.send(new GetRecommendationsCommand({ ...query, numResults }))).itemList!
  const put = (who: { userId?: string; sessionId: string }, events: readonly (readonly [string, number])[]) =>
    Promise.all(
      events.map(([itemId, at]) => {
        const eventList = [{ eventType: 'watch', itemId, sentAt: new Date(at) }]
        return server.events.send(new PutEventsCommand({ trackingId, ...who, eventList }))
      }),
    )
  const putUser = (userId: string, properties: object) =>
    server.events.send(
      new PutUsersCommand({
        datasetArn: market.users,
        users: [{ userId, properties: JSON.stringify(properties) }],
      }),
    )

  const RECIPES = {
    'aws-user-personalization': { userId: 'Member-1' },
    'aws-user-personalization-v2': { userId: 'Member-1' },
    'aws-hrnn-metadata': { userId: 'Guest-2' },
    'aws-popularity-count': {},
    'aws-trending-now': {},
    'aws-similar-items': { itemId: 'drama-3' },
    'aws-sims': { itemId: 'drama-3' },
  } as const
  for (const [recipe, asked] of Object.entries(RECIPES))
    it(`explains the list as it is served, with reasons that sum up to scores: ${recipe}`, async () => {
      const campaignArn = await deploy(server, market.datasetGroupArn, recipe)
      const items = await explain({ campaignArn, ...asked })
      const served = await listOf({ campaignArn, ...asked })
      assert.deepEqual(
        items.map(({ itemId, score }) => [itemId, score]),
        served.map(({ itemId, score }) => [itemId, score]),
      )
      for (const { itemId, modelScore, contributions, reasons } of items) {
        assert.ok(reasons.length > 0, itemId)
        near(sumOf(reasons), modelScore, `reasons of ${itemId}`)
        near(sumOf(contributions), modelScore, `contributions to ${itemId}`)
      }
    })

  it('explains a ranking by the places of its items among all items', async () => {
    const campaignArn = await deploy(server, market.datasetGroupArn, 'aws-personalized-ranking-v2')
    const [first] = await explain({ campaignArn, userId: 'Member-1', itemId: 'drama-3' })
    const [other] = await explain({ campaignArn, userId: 'Member-1', itemId: 'comedy-3' })
    assert.ok(first!.rank! < other!.rank!)
    near(sumOf(first!.reasons), first!.modelScore, 'drama-3')
    assert.ok(first!.reasons.some(({ kind }) => kind === 'event'))
  })

  it('shows the place of an item without an event, which equals its place for a user without that event', async () => {
    const userId = 'Member-3'
    const events = (await historyOf(server, market.interactions, userId)).toReversed()
    assert.equal(events.length, 12)
    const items = await explain({ campaignArn: forYou, userId, limit: '30' })
    const [{ properties }] = [
      await inspect<{ properties: object }>(server, '/inspect/records', { datasetArn: market.users, id: userId }),
    ]
    for (const left of [events.at(-1)!, events.at(-5)!]) {
      const shadow = `all but ${left.timestamp}`
      await putUser(shadow, properties)
      const others = events.filter(event => event !== left)
      await put(
        { userId: shadow, sessionId: shadow },
        others.map(({ itemId, timestamp }) => [String(itemId), Date.parse(String(timestamp))]),
      )
      const ranks = new Map(
        (await listOf({ campaignArn: forYou, userId: shadow }, 500)).map((one, i) => [one.itemId, i + 1]),
      )
      for (const { itemId, reasons } of items) {
        const reason = reasons.find(({ event }) => event?.timestamp === left.timestamp)
        if (reason) assert.equal(reason.rankWithout, ranks.get(itemId), `${itemId} without ${left.timestamp}`)
      }
    }
    assert.ok(items.some(({ rank, reasons }) => reasons.some(({ rankWithout }) => rankWithout && rankWithout !== rank)))
  })

  it('names the property that speaks for an item, and the place of the item without it', async () => {
    await putUser('new-member', { membershipType: 'Member' })
    const [item] = await explain({ campaignArn: forYou, userId: 'new-member', itemId: 'drama-9' })
    const reason = item!.reasons.find(({ kind }) => kind === 'properties')
    assert.equal(reason?.name, 'MEMBERSHIP_TYPE: Member')
    const strangers = (await listOf({ campaignArn: forYou, userId: 'nobody' }, 500)).map(({ itemId }) => itemId)
    assert.equal(reason.rankWithout, strangers.indexOf('drama-9') + 1)
    assert.ok(reason.rankWithout! > item!.rank!)
  })

  it('uses an event that was put a moment ago, of an anonymous session too', async () => {
    await put({ userId: 'late', sessionId: 's1' }, [['comedy-7', 2_000_000_000]])
    await put({ sessionId: 'visit' }, [['drama-7', 2_000_000_000]])
    for (const [who, seen] of [
      [{ userId: 'late' }, 'comedy-7'],
      [{ sessionId: 'visit' }, 'drama-7'],
    ] as const) {
      const items = await explain({ campaignArn: forYou, ...who })
      const events = items.flatMap(({ reasons }) => reasons.flatMap(({ event }) => event?.itemId ?? []))
      assert.deepEqual([...new Set(events)], [seen])
    }
  })

  it('beside a user leaves out the events of a session alone', async () => {
    await put({ userId: 'twice', sessionId: 'morning' }, [['comedy-1', 1_700_000_000_000]])
    await put({ userId: 'twice', sessionId: 'evening' }, [['comedy-2', 1_700_000_050_000]])
    const items = await explain({ campaignArn: forYou, userId: 'twice', sessionId: 'evening' })
    const events = items.flatMap(({ reasons }) => reasons.filter(({ event }) => event))
    assert.ok(events.some(({ event, rankWithout }) => event!.itemId === 'comedy-2' && rankWithout !== undefined))
    assert.ok(events.every(({ event, rankWithout }) => event!.itemId === 'comedy-2' || rankWithout === undefined))
    await assert.rejects(
      explain({ campaignArn: forYou, userId: 'twice', sessionId: 'noon' }),
      /^Error: InvalidInput.*session/,
    )
  })

  it('names the context of the request', async () => {
    const random = createRandom(5)
    const lines = ['USER_ID,ITEM_ID,EVENT_TYPE,TIMESTAMP,DEVICE']
    for (let user = 0; user < 200; user++)
      for (let event = 0; event < 6; event++) {
        const device = random() < 0.5 ? 'phone' : 'tv'
        lines.push(`u${user},${device}-${Math.floor(10 * random())},watch,${1_000_000 + 100 * event},${device}`)
      }
    const { datasetArn, datasetGroupArn } = await createDataset(server, 'Interactions', { group: 'devices' })
    assertActive(await importFrom(server, datasetArn, await putFile(server, 'devices.csv', lines.join('\n'))))
    const campaignArn = await deploy(server, datasetGroupArn, 'aws-user-personalization', WITHOUT_EXPLORATION)
    const [best] = await explain({ campaignArn, userId: 'u1', context: '{"DEVICE":"phone"}' })
    assert.match(best!.itemId, /^phone/)
    const reason = best!.reasons.find(({ kind }) => kind === 'context')
    assert.equal(reason?.name, 'DEVICE: phone')
    assert.ok(reason.contribution > 0 && reason.rankWithout !== undefined)
    near(sumOf(best!.reasons), best!.modelScore, best!.itemId)
  })

  it('names the properties that a new item shares with the items of the history', async () => {
    const items = [{ itemId: 'drama-new', properties: JSON.stringify({ genres: 'drama', price: 5 }) }]
    await server.events.send(new PutItemsCommand({ datasetArn: market.items, items }))
    const [item] = await explain({ campaignArn: forYou, userId: 'Member-4', itemId: 'drama-new' })
    near(sumOf(item!.reasons), item!.modelScore, 'drama-new')
    const telling = item!.reasons.filter(({ kind }) => kind === 'event')
    assert.ok(telling.some(({ alike }) => alike?.includes('GENRES: drama')))
  })

  it('counts the events of an item that is popular or trending', async () => {
    const popular = await deploy(server, market.datasetGroupArn, 'aws-popularity-count')
    const [first] = await explain({ campaignArn: popular, limit: '1' })
    assert.deepEqual(first!.reasons, [
      { kind: 'popularity', count: first!.modelScore, contribution: first!.modelScore },
    ])
    await put({ userId: 'fan', sessionId: 'fan' }, [[first!.itemId, 2_000_000_000]])
    const [again] = await explain({ campaignArn: popular, limit: '1' })
    assert.equal(again!.modelScore, first!.modelScore + 1)
    const trending = await deploy(server, market.datasetGroupArn, 'aws-trending-now')
    const at = Date.parse('2026-11-23T11:59:00Z')
    for (let user = 0; user < 40; user++) await put({ userId: `f${user}`, sessionId: `f${user}` }, [['comedy-29', at]])
    const [rising] = await explain({ campaignArn: trending, limit: '1' })
    assert.deepEqual([rising!.itemId, rising!.reasons[0]!.kind], ['comedy-29', 'trend'])
  })

  it('keeps to a filter', async () => {
    const { datasetGroupArn } = market
    const filterExpression = 'INCLUDE ItemID WHERE Items.GENRES IN ($GENRE)'
    const command = new CreateFilterCommand({ name: 'genre', datasetGroupArn, filterExpression })
    const { filterArn } = await server.personalize.send(command)
    const filterValues = JSON.stringify({ GENRE: '"comedy"' })
    const items = await explain({ campaignArn: forYou, userId: 'Member-1', filterArn: filterArn!, filterValues })
    assert.deepEqual([...new Set(items.map(({ itemId }) => itemId.split('-')[0]))], ['comedy'])
    assert.deepEqual(
      items.map(({ rank }) => rank),
      items.map((_, i) => i + 1),
    )
  })

  it('explains actions by log odds and by action interactions of the user', async () => {
    await createDataset(server, 'Actions', { group: 'market' })
    const actions = await createDataset(server, 'Action_Interactions', { group: 'market' })
    const lines = ['USER_ID,ACTION_ID,EVENT_TYPE,TIMESTAMP,DEVICE']
    for (let user = 0; user < 60; user++)
      for (const [membership, taken, not] of [
        ['Guest', 'join', 'leave'],
        ['Member', 'leave', 'join'],
      ]) {
        lines.push(`${membership}-${user},${taken},TAKEN,${1_790_000_000 - user},`)
        lines.push(`${membership}-${user},${not},NOT_TAKEN,${1_790_000_000 - user},`)
      }
    const list = await putFile(server, 'list.csv', 'ACTION_ID,CHANNEL,VALUE\njoin,,\nleave,,\n')
    assertActive(await importFrom(server, 'arn:aws:personalize:us-east-1:000000000000:dataset/market/ACTIONS', list))
    assertActive(await importFrom(server, actions.datasetArn, await putFile(server, 'done.csv', lines.join('\n'))))
    const campaignArn = await deploy(server, market.datasetGroupArn, 'aws-next-best-action')
    const items = await explain({ campaignArn, userId: 'Guest-1' })
    const command = new GetActionRecommendationsCommand({ campaignArn, userId: 'Guest-1', numResults: 10 })
    const served = (await server.runtime.send(command)).actionList!
    assert.deepEqual(
      items.map(({ actionId }) => actionId),
      served.map(({ actionId }) => actionId),
    )
    const join = items.find(({ actionId }) => actionId === 'join')!
    near(sumOf(join.reasons), join.modelScore, 'join')
    const likelihood = 1 / (1 + Math.exp(-join.modelScore))
    assert.ok(Math.abs(likelihood - join.score!) <= 0.00501, `${likelihood} ${join.score}`)
    assert.ok(join.reasons.some(({ kind, name }) => kind === 'properties' && name === 'MEMBERSHIP_TYPE: Guest'))
    assert.ok(join.reasons.some(({ kind }) => kind === 'fact'))
  })

  it('refuses requests that it cannot explain, with the reason', async () => {
    const campaignArn = forYou
    const nowhere = campaignArn.replace(/[^/]*$/, 'nowhere')
    const CASES: readonly (readonly [Record<string, string>, RegExp])[] = [
      [{}, /InvalidInputException: .*campaignArn or recommenderArn is missing/],
      [{ campaignArn, recommenderArn: campaignArn, userId: 'a' }, /InvalidInputException: .*only one of them/],
      [{ campaignArn }, /InvalidInputException: .*userId is missing/],
      [{ campaignArn: nowhere, userId: 'a' }, /InvalidInputException: .*nowhere does not exist or is not active yet\./],
      [{ campaignArn: 'x', userId: 'a' }, /Exception: .*x/],
      [{ campaignArn, userId: 'a'.repeat(300) }, /InvalidInputException: .*userId/],
      [{ campaignArn, userId: ' ' }, /InvalidInputException: .*userId must not be blank/],
      [
        { campaignArn, userId: 'a', itemId: 'no such <item>' },
        /ResourceNotFoundException: .*knows no item .*no such <item>/,
      ],
      [
        { campaignArn, userId: 'a', limit: '101' },
        /InvalidInputException: .*limit must be a whole number from 1 to 100/,
      ],
      [{ campaignArn, userId: 'a', limit: '1e1' }, /InvalidInputException: .*limit must be/],
      [{ campaignArn, userId: 'a', context: 'phone' }, /InvalidInputException: .*context must be a JSON object/],
      [{ campaignArn, userId: 'a', context: '{"A":1}' }, /InvalidInputException: .*context must be a JSON object/],
      [
        { campaignArn, userId: 'a', filterArn: 'arn:aws:personalize:us-east-1:000000000000:filter/no' },
        /InvalidInputException: .*filterArn/,
      ],
    ]
    for (const [query, message] of CASES)
      await assert.rejects(explain(query), (error: Error) => {
        assert.match(error.message, message)
        return true
      })
  })

  it('explains the items for an unknown user by their popularity', async () => {
    const items = await explain({ campaignArn: forYou, userId: '💥 "nobody"\u2028' })
    assert.equal(items.length, 10)
    for (const { reasons } of items) assert.ok(reasons.every(({ event, name }) => !event && !name))
  })
})
