import assert from 'node:assert/strict'
import { rm } from 'node:fs/promises'
import { after, before, describe, it } from 'node:test'
import {
  CreateSolutionVersionCommand,
  DescribeCampaignCommand,
  DescribeSolutionVersionCommand,
} from '@aws-sdk/client-personalize'
import { temporaryDirectory } from '#test/directory.ts'
import { finished } from '#test/jobs.ts'
import { createMarket, deploy, ITEMS_EACH, type Market, TASTES } from '#test/market.ts'
import { createTracker, startTestServer, type TestServer } from '#test/server.ts'
import { openTestServices, type TestServices } from '#test/services.ts'
import { storeUrl } from '#test/store.ts'
import type { Operations } from '../../contract/generated/types.ts'
import { createRandom } from '../../engine/math/random.ts'
import type { Query } from '../../recommender/families/ranker.ts'
import { rememberLists } from '../../recommender/serving/remembered-lists.ts'
import { openServing, type Serving } from '../../recommender/serving/serving.ts'
import { click, importInteractions, importRecords } from '../../store/suite/fixture.ts'
import { updateCampaign } from '../campaigns/update-campaign.ts'
import { putEvents } from '../events/put-events.ts'
import { createFilter } from '../filters/create-filter.ts'
import { deleteFilter } from '../filters/delete-filter.ts'
import { putItems } from '../items/put-items.ts'
import type { Services } from '../operation.ts'
import { putUsers } from '../users/put-users.ts'
import { getRecommendations } from './get-recommendations.ts'

type ListRequest = Operations['GetRecommendations']['input']

const STEPS = 100
const DAY_MS = 86_400_000
const NOW = Date.UTC(2026, 10, 23, 12)

/** The last of them has a new meaning now and then. */
const FILTERS = {
  unwatched: 'EXCLUDE ItemID WHERE Interactions.EVENT_TYPE IN ("watch")',
  genre: 'INCLUDE ItemID WHERE Items.GENRES IN ($GENRE)',
  old: 'EXCLUDE ItemID WHERE Items.PRICE < 10 IF CurrentUser.AGE > 40',
  moody: 'INCLUDE ItemID WHERE Items.PRICE < 20',
} as const
const MOODS = [FILTERS.moody, 'INCLUDE ItemID WHERE Items.PRICE > 20', 'EXCLUDE ItemID WHERE Items.PRICE > 5']

/** The same, but for its memory: it asks its models for each list, and each time for another user. */
function forgetful(serving: Serving): Serving {
  let asked = 0
  const forSomebodyElse = ({ user, ...query }: Query): Query => ({
    ...query,
    user: user && { ...user, userId: `user ${++asked}` },
  })
  return {
    ...serving,
    async model(...of) {
      const model = await serving.model(...of)
      const ranker = { ...model.ranker, ask: (query: Query) => model.ranker.ask(forSomebodyElse(query)) }
      return { ...model, ranker, lists: rememberLists(1) }
    },
  }
}

describe('a remembered list', () => {
  const random = createRandom(5)
  const below = (count: number) => Math.floor(random() * count)
  const oneOf = <Value>(values: readonly Value[]) => values[below(values.length)]!
  let dataDir: string
  let market: Market
  let trackingId: string
  let campaigns: readonly string[]
  let versions: readonly string[]
  let datasets: Record<'users' | 'items' | 'interactions', number>
  const filters = new Map<string, string>()
  /** Two servers on PostgreSQL; one that has the store, where it is the embedded one. */
  const opened: TestServices[] = []
  const servings: Serving[] = []
  /** Those that remember, and the one that does not. */
  let remembering: readonly Services[]
  let plain: Services
  let time = NOW

  before(async () => {
    dataDir = await temporaryDirectory()
    const server = await startTestServer({ dataDir })
    market = await createMarket(server)
    const { datasetGroupArn } = market
    campaigns = [
      await deploy(server, datasetGroupArn, 'aws-user-personalization-v2'),
      await deploy(server, datasetGroupArn, 'aws-user-personalization'),
    ]
    versions = await trainAgain(server, campaigns[1]!)
    trackingId = await createTracker(server, datasetGroupArn)
    await server[Symbol.asyncDispose]()
    opened.push(await openTestServices({ dataDir }))
    if (await storeUrl(dataDir)) opened.push(await openTestServices({ dataDir }))
    const [one, other = one] = opened as [TestServices, TestServices?]
    for (const { store } of [one, other, one]) servings.push(openServing(store, dataDir))
    remembering = [
      { ...one, serving: servings[0]! },
      { ...other, serving: servings[1]! },
    ]
    plain = { ...one, serving: forgetful(servings[2]!) }
    const [users, items, interactions] = [market.users, market.items, market.interactions].map(idOf)
    datasets = { users: await users!, items: await items!, interactions: await interactions! }
    for (const [name, filterExpression] of Object.entries(FILTERS)) await newFilter(name, filterExpression)
    setTime(NOW)
  })
  after(async () => {
    for (const serving of servings) serving[Symbol.dispose]()
    for (const services of opened) await services[Symbol.asyncDispose]()
    await rm(dataDir, { recursive: true })
  })

  const store = () => oneOf(opened).store
  const idOf = async (arn: string) => (await opened[0]!.store.resources.get(arn))!.id
  /** Trains another version. Returns the version of the campaign, and the other. */
  const trainAgain = async ({ personalize }: TestServer, campaignArn: string) => {
    const { campaign } = await personalize.send(new DescribeCampaignCommand({ campaignArn }))
    const solutionArn = campaign!.solutionVersionArn!.replace(/.[^/]*$/, '')
    const command = new CreateSolutionVersionCommand({ solutionArn, trainingMode: 'FULL' })
    const { solutionVersionArn } = await personalize.send(command)
    await finished(async () => {
      const { solutionVersion } = await personalize.send(new DescribeSolutionVersionCommand({ solutionVersionArn }))
      return solutionVersion
    })
    return [campaign!.solutionVersionArn!, solutionVersionArn!]
  }
  const newFilter = async (name: string, filterExpression: string) => {
    const { datasetGroupArn } = market
    const { filterArn } = await createFilter.run(remembering[0]!, { name, datasetGroupArn, filterExpression })
    filters.set(name, filterArn!)
  }
  const setTime = (to: number) => {
    time = to
    for (const { store } of opened) store.clock.stopAt(to)
  }
  const userId = () => oneOf(['Member-1', 'Guest-2', 'Member-3', 'stranger', 'session-1'])
  const itemId = () => (below(3) ? `${oneOf(TASTES).genre}-${below(ITEMS_EACH)}` : `new-${below(20)}`)
  const renewed = async () => {
    for (const serving of servings) await serving.renewed()
  }

  const put = async () => {
    const impression = below(3) ? undefined : [itemId(), itemId()]
    const event = {
      eventType: oneOf(['watch', 'watch', 'buy']),
      itemId: itemId(),
      sentAt: Math.floor(time / 1000),
      impression,
    }
    const [user, sessionId] = [userId(), oneOf(['session-1', 'session-2'])]
    const anonymous = user === 'session-1'
    await putEvents.run(oneOf(remembering), {
      trackingId,
      sessionId,
      ...(anonymous ? {} : { userId: user }),
      eventList: [{ ...event, properties: '{"DEVICE":"phone"}' } as never],
    })
  }
  const item = () =>
    JSON.stringify(
      oneOf([
        ['drama', below(30)],
        ['comedy', below(30)],
        [null, null],
      ]),
    )
  /** All that may change the list of a user, and some that may not. */
  const QUICK: readonly (() => unknown)[] = [
    put,
    put,
    put,
    () => {
      const properties = JSON.stringify({ AGE: oneOf([20, 60]), MEMBERSHIP_TYPE: oneOf(TASTES).membership })
      return putUsers.run(oneOf(remembering), { datasetArn: market.users, users: [{ userId: userId(), properties }] })
    },
    () => {
      const properties = JSON.stringify({ GENRES: oneOf(TASTES).genre, PRICE: below(30) })
      return putItems.run(oneOf(remembering), { datasetArn: market.items, items: [{ itemId: itemId(), properties }] })
    },
    () => setTime(time + oneOf([1000, DAY_MS])),
    async () => {
      const campaignConfig = { itemExplorationConfig: { explorationWeight: oneOf(['0.1', '0.5']) } }
      await updateCampaign.run(oneOf(remembering), { campaignArn: campaigns[1]!, campaignConfig })
    },
    async () => {
      const solutionVersionArn = oneOf(versions)
      const version = (await store().resources.get(solutionVersionArn))!
      for (const serving of servings) await serving.warm(version)
      await updateCampaign.run(oneOf(remembering), { campaignArn: campaigns[1]!, solutionVersionArn })
    },
    async () => {
      await deleteFilter.run(remembering[0]!, { filterArn: filters.get('moody')! })
      await newFilter('moody', oneOf(MOODS))
    },
    async () => {
      const { arn, id } = (await store().resources.get(campaigns[0]!))!
      for (const { pins } of opened)
        pins.remove({}) || pins.set({ arn, id, userId: 'Member-1', list: 'items', ids: ['drama-1'] })
    },
  ]
  /** After these, models are loaded anew. */
  const SLOW: readonly (() => unknown)[] = [
    async () => {
      const ids = [...Array(10).keys()].flatMap(n => [`comedy-${n}`, `drama-${n + below(2)}`, `new-${below(20)}`])
      const records = [...new Set(ids)].sort().map(id => ({ id, fields: item() }))
      await importRecords(store(), datasets.items, records, oneOf(['merge', 'publish']))
      await renewed()
    },
    async () => {
      const events = [
        click({ userId: 'Member-1', itemId: 'comedy-3', eventType: 'watch', timestampMs: time - below(10 * DAY_MS) }),
      ]
      await importInteractions(store(), datasets.interactions, events, 'merge')
      await renewed()
    },
    async () => {
      const users = [{ id: 'Guest-2', fields: JSON.stringify([oneOf([20, 60]), oneOf(TASTES).membership, null]) }]
      await importRecords(store(), datasets.users, users, 'merge')
      await renewed()
    },
    async () => {
      const gone = userId()
      await store().interactions.deleteUsers(datasets.interactions, [gone])
      await store().records.delete(datasets.users, [gone])
      await renewed()
    },
  ]

  const question = (): ListRequest => {
    const name = oneOf([undefined, undefined, 'unwatched', 'genre', 'old', 'moody'])
    const promotion = { name: 'sale', filterArn: filters.get('moody')!, percentPromotedItems: 20 }
    return {
      campaignArn: oneOf(campaigns),
      userId: userId(),
      numResults: oneOf([10, 25]),
      ...(name && { filterArn: filters.get(name)! }),
      ...(name === 'genre' && { filterValues: { GENRE: oneOf(['"drama"', '"comedy"']) } }),
      ...(below(4) === 0 && { context: { DEVICE: oneOf(['phone', 'television']) } }),
      ...(below(6) === 0 && { promotions: [promotion] }),
    }
  }
  const ask = async (by: Services, asked: ListRequest) => {
    const reply: Operations['GetRecommendations']['output'] = JSON.parse((await getRecommendations.run(by, asked)).text)
    const { itemList = [], recommendationId } = reply
    // Promoted items have random places among the others.
    const list = asked.promotions ? itemList.toSorted((a, b) => (a.itemId! < b.itemId! ? -1 : 1)) : itemList
    const shown = await by.store.shown.find(recommendationId!, market.datasetGroupArn)
    assert.deepEqual(
      shown,
      itemList.map(({ itemId }) => itemId),
    )
    return { list, recommendationId }
  }

  it('is what a server that remembers nothing returns and has shown, after any change', async () => {
    const ids = new Set<string>()
    let count = 0
    let recalled = 0
    let last: readonly ListRequest[] = []
    const recalledNow = () => remembering.reduce((sum, { serving }) => sum + serving.held().answers.lists, 0)
    for (let step = 0; step < STEPS; step++) {
      if (step > 0) await oneOf(step % 10 === 0 ? SLOW : QUICK)()
      const before = recalledNow()
      // Some were asked before the change.
      const questions = [...last, ...Array.from({ length: 3 }, question)]
      last = questions.slice(-3)
      for (const asked of [...questions, ...last]) {
        const { list } = await ask(plain, asked)
        for (const by of remembering) {
          const found = await ask(by, asked)
          assert.deepEqual(found.list, list, `step ${step}: ${JSON.stringify(asked)}`)
          ids.add(found.recommendationId!)
          count++
        }
      }
      recalled += recalledNow() - before
    }
    assert.equal(ids.size, count)
    assert.ok(recalled > count / 4, `${recalled} of ${count}`)
  })
})
