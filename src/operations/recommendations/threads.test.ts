import assert from 'node:assert/strict'
import { rm } from 'node:fs/promises'
import { after, before, describe, it } from 'node:test'
import { setTimeout } from 'node:timers/promises'
import { CreateCampaignCommand, CreateFilterCommand, DescribeCampaignCommand } from '@aws-sdk/client-personalize'
import { temporaryDirectory } from '#test/directory.ts'
import { createMarket, deploy, ITEMS_EACH, TASTES, USERS_EACH } from '#test/market.ts'
import { FILTERS, type ListRequest, listPlainly } from '#test/plain-answers.ts'
import { createTracker, startTestServer, type TestServer } from '#test/server.ts'
import { openTestServices, type TestServices } from '#test/services.ts'
import type { Operations } from '../../contract/generated/types.ts'
import type { OperationName } from '../../contract/shapes.ts'
import type { Written } from '../../contract/written.ts'
import { openPool, type Pool } from '../../engine/pool/pool.ts'
import { mortal, THE_END } from '../../recommender/serving/mortal.worker.ts'
import { openServing, type Serving } from '../../recommender/serving/serving.ts'
import { putEvents } from '../events/put-events.ts'
import { putItems } from '../items/put-items.ts'
import type { Services } from '../operation.ts'
import { putUsers } from '../users/put-users.ts'
import { getPersonalizedRanking } from './get-personalized-ranking.ts'
import { getRecommendations } from './get-recommendations.ts'

const RECIPES = [
  'aws-user-personalization-v2',
  'aws-user-personalization',
  'aws-personalized-ranking-v2',
  'aws-similar-items',
  'aws-popularity-count',
  'aws-trending-now',
] as const

/** In seconds since 1970: three days before the moment of the server. */
const SENT_AT = 1_795_132_800

/** Creates another campaign of the same version. Returns its ARN. */
async function withoutExploration({ personalize }: TestServer, campaignArn: string): Promise<string> {
  const { campaign } = await personalize.send(new DescribeCampaignCommand({ campaignArn }))
  const { solutionVersionArn } = campaign!
  const campaignConfig = { itemExplorationConfig: { explorationWeight: '0' } }
  const command = new CreateCampaignCommand({ name: 'unexplored', solutionVersionArn, campaignConfig })
  return (await personalize.send(command)).campaignArn!
}

const outputOf = <Name extends OperationName>({ text }: Written): Operations[Name]['output'] => JSON.parse(text)
const idsOf = (list: readonly { readonly itemId?: string | undefined }[]) => list.map(({ itemId }) => itemId)

describe('recommendations by threads', () => {
  let dataDir: string
  let services: TestServices
  let pool: Pool
  let plain: Services
  let threaded: Services
  let servings: readonly Serving[]
  let trackingId: string
  /** A campaign of aws-user-personalization that shows no item to find out about it. */
  let unexplored: string
  let here = 0
  const campaigns = new Map<string, string>()
  const filters: (string | undefined)[] = [undefined]
  let datasets: Awaited<ReturnType<typeof createMarket>>

  before(async () => {
    dataDir = await temporaryDirectory()
    const server = await startTestServer({ dataDir })
    datasets = await createMarket(server)
    const { datasetGroupArn } = datasets
    for (const recipe of RECIPES) campaigns.set(recipe, await deploy(server, datasetGroupArn, recipe))
    for (const [name, filterExpression] of Object.entries(FILTERS)) {
      const command = new CreateFilterCommand({ name, datasetGroupArn, filterExpression })
      filters.push((await server.personalize.send(command)).filterArn)
    }
    unexplored = await withoutExploration(server, campaigns.get('aws-user-personalization')!)
    trackingId = await createTracker(server, datasetGroupArn)
    await server[Symbol.asyncDispose]()
    services = await openTestServices({ dataDir })
    pool = openPool({ threads: 2, worthMs: 0 })
    servings = [openServing(services.store, dataDir), openServing(services.store, dataDir, { pool: mortalPool() })]
    plain = { ...services, serving: servings[0]! }
    threaded = { ...services, serving: servings[1]! }
    await isThere()
  })
  after(async () => {
    for (const serving of servings) serving[Symbol.dispose]()
    await pool.close()
    await services[Symbol.asyncDispose]()
    await rm(dataDir, { recursive: true })
  })

  /** The pool with a job that a test can end. It counts what is answered here. */
  const mortalPool = (): Pool => ({
    open(job, shared) {
      const answerer = pool.open({ ...job, module: mortal.module, name: mortal.name }, shared)
      return {
        answer: (question, answer) =>
          answerer.answer(question, one => {
            here++
            return answer(one)
          }),
      }
    },
    get state() {
      return pool.state
    },
    close: () => pool.close(),
  })
  const forYou = () => campaigns.get('aws-user-personalization-v2')!
  /** Waits until a thread answers for each campaign. */
  const isThere = async () => {
    for (let before = -1; before < here; await setTimeout(5)) {
      before = here
      await Promise.all(questions(RECIPES.length).map(one => ask(threaded, { ...one, userId: `nobody-${here}` })))
    }
  }
  const ask = async (by: Services, { inputList, ...asked }: ListRequest) => {
    const { campaignArn = '', userId = '', context, filterArn } = asked
    if (inputList) {
      const input = { campaignArn, userId, inputList, context, filterArn }
      return outputOf<'GetPersonalizedRanking'>(await getPersonalizedRanking.run(by, input)).personalizedRanking
    }
    const { itemList = [] } = outputOf<'GetRecommendations'>(await getRecommendations.run(by, asked))
    // Promoted items have random places among the others.
    return asked.promotions ? itemList.toSorted((a, b) => (a.itemId! < b.itemId! ? -1 : 1)) : itemList
  }
  const same = async (asked: readonly ListRequest[]) => {
    const [expected, found] = [
      await Promise.all(asked.map(one => ask(plain, one))),
      await Promise.all(asked.map(one => ask(threaded, one))),
    ]
    for (const [at, one] of asked.entries()) assert.deepEqual(found[at], expected[at], JSON.stringify(one))
  }
  const userOf = (n: number) => `${TASTES[n % 2]!.membership}-${n % (USERS_EACH + 5)}`
  const itemOf = (n: number) => `${TASTES[n % 2]!.genre}-${n % ITEMS_EACH}`
  const questions = (count: number, first = 0): ListRequest[] =>
    Array.from({ length: count }, (_, at) => {
      const n = first + at
      const recipe = RECIPES[n % RECIPES.length]!
      const asked = {
        campaignArn: campaigns.get(recipe)!,
        userId: userOf(n),
        filterArn: filters[Math.floor(n / RECIPES.length) % filters.length],
        ...(n % 4 === 1 && { context: { DEVICE: n % 8 === 1 ? 'phone' : 'television' } }),
      }
      if (recipe.includes('ranking'))
        return { ...asked, inputList: Array.from({ length: 20 }, (_, i) => itemOf(n + i)) }
      const promotions = [{ name: 'sale', filterArn: filters[2], percentPromotedItems: 20 }]
      return {
        ...asked,
        numResults: 1 + (n % 60),
        ...(recipe === 'aws-similar-items' && { itemId: itemOf(n) }),
        ...(n % 5 === 0 && recipe.startsWith('aws-user') && { promotions }),
      }
    })
  /** The answer is that of `listPlainly`; of a recipe that explores, but for the items that are explored. */
  const isPlain = async (asked: ListRequest) => {
    const { campaignArn, inputList, numResults = 25, promotions } = asked
    const isV1 = campaignArn === campaigns.get('aws-user-personalization')
    const question = isV1 ? { ...asked, campaignArn: unexplored } : asked
    const names = asked.filterArn ? [nameOf(asked.filterArn)] : []
    const all = await listPlainly(plain, question, names)
    const found = (await ask(threaded, question))!
    const message = JSON.stringify(question)
    if (campaignArn === forYou()) {
      const shown = found.filter(one => !('reason' in one && one.reason))
      const explored = new Set(found.filter(one => 'reason' in one && one.reason).map(({ itemId }) => itemId))
      const expected = all.filter(({ id }) => !explored.has(id)).slice(0, shown.length)
      if (!promotions)
        assert.deepEqual(
          idsOf(shown),
          expected.map(({ id }) => id),
          message,
        )
      return
    }
    let expected = all.slice(0, inputList?.length ?? numResults)
    if (promotions) {
      const dramas = await listPlainly(plain, question, ['dramas'])
      const chosen = dramas.slice(0, Math.round(numResults / 5))
      const others = expected.filter(({ id }) => !chosen.some(one => one.id === id))
      expected = [...chosen, ...others.slice(0, numResults - chosen.length)].sort((a, b) => (a.id < b.id ? -1 : 1))
    }
    assert.deepEqual(
      idsOf(found),
      expected.map(({ id }) => id),
      message,
    )
    for (const [at, { score }] of found.entries())
      if (score !== undefined) assert.ok(Math.abs(score - expected[at]!.probability) < 1e-6, message)
  }
  const nameOf = (filterArn: string) => Object.keys(FILTERS)[filters.indexOf(filterArn) - 1]!

  const put = (userId: string, itemId: string, eventType = 'watch') =>
    putEvents.run(threaded, {
      trackingId,
      userId,
      sessionId: 's1',
      eventList: [{ eventType, itemId, sentAt: SENT_AT, properties: '{"DEVICE":"phone"}' }],
    })

  it('are the same as without, for each recipe, filter, promotion and context', async () => {
    const before = here
    await same(questions(1000))
    assert.ok(here - before < 20, `${here - before} answers were not of a thread`)
    assert.equal(pool.state.waiting, 0)
  })

  it('are those of plain code, which scores and tests every item', async () => {
    for (const asked of questions(520, 2000)) await isPlain(asked)
  })

  it('are the same after events, of items that came later, and after properties', async () => {
    const item = (n: number) => ({ itemId: `new-${n}`, properties: '{"GENRES":"drama","PRICE":3}' })
    for (let n = 0; n < 300; n += 10)
      await putItems.run(threaded, {
        datasetArn: datasets.items,
        items: Array.from({ length: 10 }, (_, i) => item(n + i)),
      })
    const user = { userId: 'Guest-1', properties: '{"AGE":80,"MEMBERSHIP_TYPE":"Member"}' }
    await putUsers.run(threaded, { datasetArn: datasets.users, users: [user] })
    for (let n = 0; n < 200; n++)
      await put(userOf(n), n % 3 === 0 ? `new-${n}` : itemOf(7 * n), n % 4 ? 'watch' : 'buy')
    await same(questions(400, 1000))
  })

  it('are those of plain code after events as well', async () => {
    for (const asked of questions(520, 4000)) await isPlain(asked)
  })

  it('have every event that was acknowledged before', async () => {
    const busy = questions(200, 3000)
    const others = Promise.all(busy.map(one => ask(threaded, one)))
    const asked = { campaignArn: forYou(), userId: 'newest', filterArn: filters[1], numResults: 100 }
    for (let n = 0; n < 30; n++) {
      await put('newest', itemOf(n))
      const found = await ask(threaded, asked)
      assert.ok(!found!.some(({ itemId }) => itemId === itemOf(n)))
      assert.deepEqual(found, await ask(plain, asked))
    }
    await others
  })

  it('are all there when many ask at once, also for the same user', async () => {
    const asked = { campaignArn: forYou(), numResults: 5 }
    const found = await Promise.all(
      Array.from({ length: 2000 }, (_, n) => ask(threaded, { ...asked, userId: n % 2 ? 'Member-3' : userOf(n) })),
    )
    assert.ok(found.every(list => list!.length === 5))
    assert.deepEqual({ ...pool.state, threads: 2 }, { threads: 2, busy: 0, waiting: 0, waitedMs: 0 })
  })

  it('fail where the thread ends, and go on by another', async () => {
    const ending = { campaignArn: forYou(), userId: 'Member-9', context: { DEVICE: THE_END } }
    await assert.rejects(ask(threaded, ending), /ended/)
    await same(questions(60, 5000))
    await assert.rejects(ask(threaded, ending), /ended/)
    await isThere()
    await same(questions(60, 6000))
  })

  it('are remembered as without threads', async () => {
    const asked = { campaignArn: forYou(), userId: 'Member-11' }
    const first = await ask(threaded, asked)
    const { remembered } = threaded.serving.held().answers
    assert.deepEqual(await ask(threaded, asked), first)
    assert.equal(threaded.serving.held().answers.remembered, remembered + 1)
    assert.deepEqual(threaded.serving.held().pool, pool.state)
  })
})
