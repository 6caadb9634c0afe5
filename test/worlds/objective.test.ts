import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type { ObjectiveSensitivity } from '@aws-sdk/client-personalize'
import { DescribeCampaignCommand, GetSolutionMetricsCommand } from '@aws-sdk/client-personalize'
import { startTestServer, type TestServer } from '#test/server.ts'
import { createRandom } from '../../src/engine/math/random.ts'
import { createWorld, EVENT_FIELDS, type Trained, text, trainRecipe } from './world.ts'

const ITEMS = 60
const LEVELS = ['OFF', 'LOW', 'MEDIUM', 'HIGH'] as const

interface Shop {
  readonly name: string
  readonly users: number
  priceOf(item: number): number
  /** The item of an event of this user. */
  boughtBy(user: number, random: () => number): number
}

const SHOPS: readonly Shop[] = [
  {
    name: 'prices that do not depend on the popularity of an item',
    users: 480,
    priceOf: item => 1 + ((item * 37) % ITEMS),
    boughtBy: (_user, random) => Math.floor(ITEMS * random() ** 1.5),
  },
  {
    // All items are bought as often as each other, by everybody: a list of dear ones earns more, the dearer they are.
    name: 'items that differ in nothing but their price',
    users: 1440,
    priceOf: item => 1 + item,
    boughtBy: (_user, random) => Math.floor(ITEMS * random()),
  },
]

for (const { name, users, priceOf, boughtBy } of SHOPS)
  describe(`an objective, with ${name}`, () => {
    let server: TestServer
    const campaigns = new Map<ObjectiveSensitivity, Trained>()
    before(async () => {
      server = await startTestServer()
      const random = createRandom(3)
      const events = Array.from({ length: 20 * users }, (_, n) => {
        return `user-${n % users},item-${boughtBy(n % users, random)},buy,${1_000_000 + n}`
      })
      const group = await createWorld(server, 'objective', {
        Items: {
          fields: [text('ITEM_ID'), { name: 'PRICE', type: 'float' } as { name: string }],
          lines: Array.from({ length: ITEMS }, (_, item) => `item-${item},${priceOf(item)}`),
        },
        Interactions: { fields: EVENT_FIELDS, lines: events },
      })
      for (const objectiveSensitivity of LEVELS)
        campaigns.set(
          objectiveSensitivity,
          await trainRecipe(server, group, 'aws-user-personalization', {
            solutionConfig: { optimizationObjective: { itemAttribute: 'PRICE', objectiveSensitivity } },
          }),
        )
    })
    after(() => server[Symbol.asyncDispose]())

    const meanPrice = async (trained: Trained) => {
      let sum = 0
      for (let user = 0; user < 20; user++)
        for (const id of await trained.list({ userId: `user-${user}` })) sum += priceOf(Number(id.split('-')[1]))
      return sum / 200
    }
    const rewards = async ({ arn }: Trained) => {
      const { campaign } = await server.personalize.send(new DescribeCampaignCommand({ campaignArn: arn }))
      const { solutionVersionArn } = campaign!
      const { metrics } = await server.personalize.send(new GetSolutionMetricsCommand({ solutionVersionArn }))
      return metrics!.average_rewards_at_k!
    }

    it('raises the price of the recommendations with its sensitivity', async () => {
      const prices = []
      for (const level of LEVELS) prices.push(await meanPrice(campaigns.get(level)!))
      assert.deepEqual(
        prices,
        prices.toSorted((a, b) => a - b),
      )
      assert.ok(prices.at(-1)! > 1.2 * prices[0]!, prices.join())
    })

    it('is measured by average_rewards_at_k of the list as it is served, so that each level has a figure of its own', async () => {
      const measured = []
      for (const level of LEVELS) measured.push(await rewards(campaigns.get(level)!))
      assert.ok(new Set(measured).size > 2, measured.join())
      // Where dear items are bought as often as cheap ones, a list that prefers them earns more.
      // Of 144 users who measure it the levels between are apart by chance alone.
      const [off, , , high] = measured as [number, number, number, number]
      if (name.includes('nothing')) assert.ok(high > 1.05 * off, measured.join())
    })

    it('keeps scores in descending order, with a sum of 1 at most', async () => {
      for (const level of LEVELS) {
        const items = await campaigns.get(level)!.items({ userId: 'user-3' }, ITEMS)
        const scores = items.map(({ score }) => score!)
        assert.deepEqual(
          scores,
          scores.toSorted((a, b) => b - a),
        )
        assert.ok(scores.reduce((a, b) => a + b) <= 1 + 1e-5)
      }
    })
  })
