import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { startTestServer, type TestServer } from '#test/server.ts'
import { createRandom } from '../../src/engine/math/random.ts'
import { createWorld, EVENT_FIELDS, trainRecipe } from './world.ts'

/** All users click at random, and buy items that are popular among buyers. */
function clicksAndPurchases(): readonly string[] {
  const random = createRandom(11)
  return Array.from({ length: 1200 }, (_, n) => {
    const type = n % 5 === 0 ? 'Purchase' : 'Click'
    const item = Math.floor(40 * (type === 'Click' ? random() : random() ** 2))
    return `user-${n % 80},item-${item},${type},${1_000_000 + n}`
  })
}

describe('weights of event types', () => {
  let server: TestServer
  let group: string
  before(async () => {
    server = await startTestServer()
    group = await createWorld(server, 'weights', {
      Interactions: { fields: EVENT_FIELDS, lines: clicksAndPurchases() },
    })
  })
  after(() => server[Symbol.asyncDispose]())

  const scored = async (recipe: string, purchase: number, click: number) => {
    const eventParametersList = [
      { eventType: 'Purchase', weight: purchase },
      { eventType: 'Click', weight: click },
    ]
    const trained = await trainRecipe(server, group, recipe, {
      solutionConfig: { eventsConfig: { eventParametersList } },
    })
    const lists = []
    for (let user = 0; user < 5; user++) lists.push(await trained.items({ userId: `user-${user}` }, 40))
    return lists
  }
  for (const recipe of ['aws-user-personalization-v2'])
    it(`matter by their ratio alone to ${recipe}`, async () => {
      const whole = await scored(recipe, 1, 0.25)
      assert.deepEqual(await scored(recipe, 0.5, 0.125), whole)
      assert.notDeepEqual(await scored(recipe, 0.25, 1), whole)
    })
})
