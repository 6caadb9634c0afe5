import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { startTestServer, type TestServer } from '#test/server.ts'
import { createRandom } from '../../src/engine/math/random.ts'
import {
  category,
  createWorld,
  EVENT_FIELDS,
  eventsInto,
  type Trained,
  text,
  trainRecipe,
  type World,
} from './world.ts'

const [USERS, EACH, HITS, LASTING] = [400, 8, 10, 60]
/** The number of users who came since the training: more than the users of the most popular item before. */
const FANS = 240
const DAY = 86_400_000
/** A day before the moment of the test server. */
const END = Date.parse('2026-11-22T12:00:00Z')
const CAMPS = ['jazz', 'rock'] as const
const RECIPES = ['aws-user-personalization-v2', 'aws-personalized-ranking-v2'] as const
const itemsOf = (camp: string) => Array.from({ length: LASTING }, (_, item) => `${camp}-${item}`)

/**
 * Users of two camps. Each comes for one day of ten weeks, mostly for popular items of their camp. Where hits change,
 * this share of their events is with a hit of the week.
 */
function worldOf(share: number): World {
  const random = createRandom(7)
  const lines = Array.from({ length: USERS }, (_, user) => {
    const ago = 70 * random()
    return Array.from({ length: EACH }, (_, n) => {
      const isHit = random() < share
      const item = isHit
        ? `hit-${Math.floor(ago / 7)}-${Math.floor(HITS * random())}`
        : `${CAMPS[user % 2]}-${Math.floor(LASTING * random() ** 2)}`
      return `user-${user},${item},Click,${Math.floor((END - ago * DAY) / 1000) + n}`
    })
  }).flat()
  const users = Array.from({ length: USERS }, (_, user) => `user-${user},${CAMPS[user % 2]}`)
  return {
    Users: { fields: [text('USER_ID'), category('CAMP')], lines: [...users, ...CAMPS.map(camp => `${camp},${camp}`)] },
    Interactions: { fields: EVENT_FIELDS, lines },
  }
}

for (const { hits, share } of [
  { hits: 'last', share: 0 },
  { hits: 'change', share: 0.6 },
])
  describe(`items that became popular after the training, where hits ${hits}`, () => {
    let server: TestServer
    const trained = new Map<string, Trained>()
    const all = [...CAMPS.flatMap(itemsOf), 'unheard']
    const listOf = (recipe: string, userId: string) => {
      const one = trained.get(recipe)!
      return recipe.includes('ranking') ? one.rank(userId, all) : one.list({ userId }, 30)
    }
    before(async () => {
      server = await startTestServer()
      const group = await createWorld(server, `hits-${hits}`, worldOf(share))
      for (const recipe of RECIPES) trained.set(recipe, await trainRecipe(server, group, recipe))
      const put = await eventsInto(server, group)
      // Neither was popular before, and users of the other camp do not take the first one.
      for (const itemId of ['jazz-20', 'unheard'])
        for (let fan = 0; fan < FANS; fan++)
          await put(`fan-${fan}`, [{ eventType: 'Click', itemId, sentAt: new Date(END + DAY / 2 + 1000 * fan) }])
    })
    after(() => server[Symbol.asyncDispose]())

    for (const recipe of RECIPES) {
      it(`come first for users without events, with ${recipe}`, async () => {
        for (const userId of ['newcomer', 'jazz']) {
          const list = await listOf(recipe, userId)
          for (const item of ['jazz-20', 'unheard'])
            assert.ok(list.slice(0, 4).includes(item), `${item} is not among the first of ${userId}: ${list}`)
        }
      })

      it(`come later for users of whose kind few had them before, with ${recipe}`, async () => {
        const placeOf = async (userId: string) => (await listOf(recipe, userId)).indexOf('jazz-20')
        const [jazz, rock] = [await placeOf('jazz'), await placeOf('rock')]
        assert.ok(rock < 0 || rock > jazz, `at place ${rock} for rock, ${jazz} for jazz`)
      })
    }

    it('leave the sum of the scores at 1', async () => {
      const items = await trained.get(RECIPES[0])!.items({ userId: 'jazz' }, 500)
      const sum = items.reduce((sum, { score }) => sum + score!, 0)
      assert.ok(Math.abs(sum - 1) < 1e-4, `${sum}`)
    })
  })
