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
    // The dear items are many: each of them is bought more seldom than a cheap one, also by the users who like them.
    name: 'prices that depend on the taste of a user',
    users: 160,
    priceOf: item => (item < 26 ? 1 + (item % 5) : 40 + item),
    boughtBy(user, random) {
      const isDear = random() < (user % 3 === 0 ? 0.5 : 0.2)
      return isDear ? 26 + Math.floor((ITEMS - 26) * random()) : Math.floor(26 * random() ** 1.2)
    },
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
      // A list that prefers what is dear earns more only where that is bought.
      if (!name.includes('taste')) return
      const [off, low, medium, high] = measured as [number, number, number, number]
      // LOW changes few of the first 25 places: it may earn as much as OFF.
      assert.ok(low > off - 0.01 && medium > off && medium > low && high > medium, measured.join())
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
