import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { CreateFilterCommand } from '@aws-sdk/client-personalize'
import { GetRecommendationsCommand, type PredictedItem } from '@aws-sdk/client-personalize-runtime'
import { startTestServer, type TestServer } from '#test/server.ts'
import { createRandom } from '../../src/engine/math/random.ts'
import { category, createWorld, EVENT_FIELDS, eventsInto, type Trained, text, trainRecipe } from './world.ts'

const [ITEMS, USERS] = [80, 120]
const LEVELS = ['OFF', 'HIGH'] as const
/** Neither price nor shelf nor stock has to do with how often an item is bought, or with one another. */
const priceOf = (item: number) => 1 + ((item * 37) % ITEMS)
const isOwn = (item: number) => item % 4 === 1
const isInStock = (item: number) => item % 5 !== 2
const numberOf = ({ itemId }: PredictedItem) => Number(itemId!.split('-')[1])

describe('an objective, a promotion and a filter together', () => {
  let server: TestServer
  const campaigns = new Map<(typeof LEVELS)[number], Trained>()
  const filters = { inStock: '', ownInStock: '', own: '', bought: '', ownBought: '' }
  before(async () => {
    server = await startTestServer()
    const random = createRandom(17)
    const group = await createWorld(server, 'promotions', {
      Items: {
        fields: [text('ITEM_ID'), { name: 'PRICE', type: 'float' }, category('BRAND'), category('STOCK')],
        lines: Array.from({ length: ITEMS }, (_, item) =>
          [`item-${item}`, priceOf(item), isOwn(item) ? 'own' : 'other', isInStock(item) ? 'yes' : 'no'].join(),
        ),
      },
      Interactions: {
        fields: EVENT_FIELDS,
        lines: Array.from({ length: 15 * USERS }, (_, n) => {
          return `user-${n % USERS},item-${Math.floor(ITEMS * random() ** 1.3)},buy,${1_000_000 + n}`
        }),
      },
    })
    for (const objectiveSensitivity of LEVELS) {
      const solutionConfig = { optimizationObjective: { itemAttribute: 'PRICE', objectiveSensitivity } }
      campaigns.set(
        objectiveSensitivity,
        await trainRecipe(server, group, 'aws-user-personalization', { solutionConfig }),
      )
    }
    const put = await eventsInto(server, group)
    const sentAt = new Date(2_000_000_000)
    await put(
      'buyer',
      BOUGHT.map(item => ({ eventType: 'buy', itemId: `item-${item}`, sentAt })),
    )
    const expressions = {
      inStock: 'INCLUDE ItemID WHERE Items.STOCK IN ("yes")',
      own: 'INCLUDE ItemID WHERE Items.BRAND IN ("own")',
      ownInStock: 'INCLUDE ItemID WHERE Items.BRAND IN ("own") AND Items.STOCK IN ("yes")',
      bought: 'EXCLUDE ItemID WHERE Interactions.EVENT_TYPE IN ("buy")',
      ownBought:
        'EXCLUDE ItemID WHERE Interactions.EVENT_TYPE IN ("buy") | INCLUDE ItemID WHERE Items.BRAND IN ("own")',
    }
    for (const [name, filterExpression] of Object.entries(expressions)) {
      const command = new CreateFilterCommand({ name, datasetGroupArn: group, filterExpression })
      filters[name as keyof typeof filters] = (await server.personalize.send(command)).filterArn!
    }
  })
  after(() => server[Symbol.asyncDispose]())

  const BOUGHT = [0, 1, 2, 5, 6, 9]
  const ask = async (
    level: (typeof LEVELS)[number],
    { filter, promoted, percent }: { filter: string; promoted: string; percent: number },
    userId = 'user-3',
    numResults = 20,
  ) => {
    const promotions = [{ name: 'own', filterArn: promoted, percentPromotedItems: percent }]
    const campaignArn = campaigns.get(level)!.arn
    const request = { campaignArn, userId, numResults, filterArn: filter, promotions }
    const { itemList } = await server.runtime.send(new GetRecommendationsCommand(request))
    const isPromoted = (item: PredictedItem) => item.promotionName === 'own'
    return {
      all: itemList!,
      promoted: itemList!.filter(isPromoted),
      others: itemList!.filter(item => !isPromoted(item)),
    }
  }
  const areInOrder = (items: readonly PredictedItem[]) => {
    const scores = items.map(({ score }) => score!)
    assert.deepEqual(
      scores,
      scores.toSorted((a, b) => b - a),
    )
  }

  for (const level of LEVELS) {
    it(`${level}: has the share of promoted items, and the filter holds for both`, async () => {
      const { inStock: filter, ownInStock: promoted } = filters
      for (const [percent, count] of [
        [10, 2],
        [30, 6],
        [50, 10],
      ] as const)
        for (let user = 0; user < 10; user++) {
          const list = await ask(level, { filter, promoted, percent }, `user-${user}`)
          assert.equal(list.all.length, 20)
          assert.equal(new Set(list.all.map(numberOf)).size, 20)
          assert.equal(list.promoted.length, count)
          assert.ok(list.promoted.map(numberOf).every(isOwn))
          assert.ok(list.all.map(numberOf).every(isInStock))
        }
    })

    it(`${level}: returns promoted items, and the others, in the order of their scores`, async () => {
      for (let user = 0; user < 10; user++) {
        const { inStock: filter, ownInStock: promoted } = filters
        const list = await ask(level, { filter, promoted, percent: 40 }, `user-${user}`)
        areInOrder(list.promoted)
        areInOrder(list.others)
      }
    })

    it(`${level}: leaves out what the user bought a moment ago, among both`, async () => {
      const { bought: filter, ownBought: promoted } = filters
      const { all, promoted: own } = await ask(level, { filter, promoted, percent: 25 }, 'buyer')
      assert.equal(own.length, 5)
      assert.deepEqual(
        all.map(numberOf).filter(item => BOUGHT.includes(item)),
        [],
      )
    })

    it(`${level}: holds the filter of the request against the others alone, unless the promotion's has it too`, async () => {
      // 20 items are the brand's own, and 4 of them out of stock.
      const { inStock: filter, own } = filters
      const { promoted, others } = await ask(level, { filter, promoted: own, percent: 50 }, 'user-3', 40)
      assert.equal(promoted.length, 20)
      assert.equal(promoted.map(numberOf).filter(item => !isInStock(item)).length, 4)
      assert.ok(others.map(numberOf).every(isInStock))
    })
  }

  it('raises the price of promoted items and of the others', async () => {
    const mean = { OFF: { promoted: 0, others: 0 }, HIGH: { promoted: 0, others: 0 } }
    const { inStock: filter, ownInStock: promoted } = filters
    for (const level of LEVELS)
      for (let user = 0; user < 20; user++) {
        const list = await ask(level, { filter, promoted, percent: 20 }, `user-${user}`, 10)
        for (const part of ['promoted', 'others'] as const)
          mean[level][part] +=
            list[part].reduce((sum, item) => sum + priceOf(numberOf(item)), 0) / list[part].length / 20
      }
    for (const part of ['promoted', 'others'] as const)
      assert.ok(mean.HIGH[part] > 1.2 * mean.OFF[part], JSON.stringify(mean))
  })
})
