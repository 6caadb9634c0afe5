import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { PutEventsCommand, PutItemsCommand } from '@aws-sdk/client-personalize-events'
import { GetRecommendationsCommand } from '@aws-sdk/client-personalize-runtime'
import { campaignOf, createMarket, deploy, type Market, train } from '#test/market.ts'
import { createTracker, startTestServer, type TestServer } from '#test/server.ts'

describe('exploration', () => {
  let server: TestServer
  let market: Market
  let solutionVersionArn: string
  before(async () => {
    server = await startTestServer()
    market = await createMarket(server)
    solutionVersionArn = (await trained()).solutionVersionArn!
  })
  after(() => server[Symbol.asyncDispose]())

  const trained = () => train(server, market.datasetGroupArn, 'aws-user-personalization')
  const campaign = (explorationWeight: string, version = solutionVersionArn) =>
    campaignOf(server, version, { itemExplorationConfig: { explorationWeight } })
  const ask = async (campaignArn: string, userId: string) => {
    const command = new GetRecommendationsCommand({ campaignArn, userId, numResults: 10 })
    return (await server.runtime.send(command)).itemList!
  }
  const putNew = (count: number, name = 'put') => {
    const items = Array.from({ length: count }, (_, i) => ({
      itemId: `new-${name}-${i}`,
      properties: JSON.stringify({ genres: i % 2 ? 'drama' : 'comedy' }),
    }))
    return server.events.send(new PutItemsCommand({ datasetArn: market.items, items }))
  }
  const countNew = (items: Awaited<ReturnType<typeof ask>>) =>
    items.filter(({ itemId }) => itemId!.startsWith('new-')).length

  it('shows new items in the share of places that the campaign sets, as soon as they are put', async () => {
    const [none, some, all] = [await campaign('0'), await campaign('0.4'), await campaign('1')]
    assert.equal(countNew(await ask(all, 'Member-1')), 0)
    await putNew(10)
    const counts = { none: 0, some: 0, all: 0 }
    for (let user = 0; user < 20; user++) {
      counts.none += countNew(await ask(none, `Member-${user}`))
      counts.some += countNew(await ask(some, `Member-${user}`))
      counts.all += countNew(await ask(all, `Member-${user}`))
    }
    assert.ok(counts.none < counts.some && counts.some < counts.all, JSON.stringify(counts))
    assert.ok(counts.some > 10 && counts.all > 60, JSON.stringify(counts))
  })

  it('shows a user the same items until a new event', async () => {
    const some = await campaign('0.4')
    assert.deepEqual(await ask(some, 'Guest-5'), await ask(some, 'Guest-5'))
    const lists = await Promise.all(['Guest-6', 'Guest-7', 'Guest-8'].map(async user => ask(some, user)))
    assert.ok(new Set(lists.map(list => JSON.stringify(list))).size > 1)
  })

  it('shows other items on another day (UTC), and always the best item first', async () => {
    const some = await campaign('0.4')
    const none = await campaign('0')
    const shownAt = async (time: string) => {
      process.env.PERSONALITE_TEST_NOW = time
      return ask(some, 'Guest-5')
    }
    const { PERSONALITE_TEST_NOW: today } = process.env
    try {
      const days = ['2027-12-31', '2028-01-01', '2028-02-29', '2028-03-01', '2028-03-02']
      const lists: string[] = []
      for (const day of days) {
        const [first, last] = [await shownAt(`${day}T00:00:00Z`), await shownAt(`${day}T23:59:59.999Z`)]
        assert.deepEqual(first, last)
        assert.equal(first[0]!.itemId, (await ask(none, 'Guest-5'))[0]!.itemId)
        lists.push(JSON.stringify(first))
      }
      assert.equal(new Set(lists).size, days.length)
    } finally {
      process.env.PERSONALITE_TEST_NOW = today
    }
  })

  it('shows a user the same items, and others to other users, among more new items than a request considers', async () => {
    for (let first = 0; first < 700; first += 10) await putNew(10, `many-${first}`)
    const all = await campaign('1')
    const first = await ask(all, 'Guest-9')
    for (let again = 0; again < 3; again++) assert.deepEqual(await ask(all, 'Guest-9'), first)
    const shown = new Set<string>()
    for (let user = 0; user < 20; user++)
      for (const { itemId } of await ask(all, `Guest-${user}`)) if (itemId!.startsWith('new-')) shown.add(itemId!)
    assert.ok(shown.size > 50, `${shown.size}`)
  })

  it('still explores where an event is in the future', async () => {
    const some = await campaign('1')
    const { datasetGroupArn } = market
    const trackingId = await createTracker(server, datasetGroupArn)
    const eventList = [{ eventType: 'watch', itemId: 'drama-0', sentAt: new Date('2090-01-01') }]
    await server.events.send(new PutEventsCommand({ trackingId, sessionId: 's', userId: 'early', eventList }))
    assert.ok(countNew(await ask(some, 'Member-1')) > 0)
    const later = await campaign('1', (await trained()).solutionVersionArn)
    assert.ok(countNew(await ask(later, 'Member-1')) > 0)
  })

  it('is the reason of an item in aws-user-personalization-v2', async () => {
    const campaignArn = await deploy(server, market.datasetGroupArn, 'aws-user-personalization-v2')
    const reasons: unknown[] = []
    for (let user = 0; user < 20; user++) {
      const items = await ask(campaignArn, `Member-${user}`)
      reasons.push(...items.flatMap(({ reason }) => reason ?? []))
    }
    assert.deepEqual([...new Set(reasons)], ['Exploration'])
  })
})
