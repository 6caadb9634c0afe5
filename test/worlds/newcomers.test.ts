import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { startTestServer, type TestServer } from '#test/server.ts'
import { createRandom } from '../../src/engine/math/random.ts'
import { category, createWorld, EVENT_FIELDS, itemsOf, text, trainRecipe } from './world.ts'

const [USERS, EACH, WEEKS, HITS, LASTING] = [400, 8, 10, 10, 100]
const DAY = 86_400
const BEGIN = Date.parse('2026-01-05T00:00:00Z') / 1000
const CASES = [
  { recipe: 'aws-user-personalization-v2', hasUsers: false },
  { recipe: 'aws-user-personalization-v2', hasUsers: true },
  { recipe: 'aws-vod-top-picks', hasUsers: true },
] as const
const hitsOf = (week: number) => Array.from({ length: HITS }, (_, hit) => `hit-${week}-${hit}`)
const ITEMS = [
  ...Array.from({ length: WEEKS }, (_, week) => hitsOf(week)).flat(),
  ...Array.from({ length: LASTING }, (_, item) => `lasting-${item}`),
]

/** The events of users who come on any day and stay for one: this share of them is with a hit of their week. */
function events(share: number) {
  const random = createRandom(6)
  return Array.from({ length: USERS }, (_, user) => {
    const day = 7 * WEEKS * random()
    return Array.from({ length: EACH }, (_, n) => {
      const isHit = random() < share
      const item = isHit
        ? `hit-${Math.floor(day / 7)}-${Math.floor(HITS * random())}`
        : `lasting-${Math.floor(LASTING * random() ** 2)}`
      return { userId: `user-${user}`, item, time: Math.floor(BEGIN + day * DAY) + n }
    })
  }).flat()
}

const worldOf = (share: number, hasUsers: boolean, domain: 'VIDEO_ON_DEMAND' | undefined) => ({
  ...(domain && { domain, Items: itemsOf(domain, ITEMS, item => `kind-${item.length % 3}`) }),
  ...(hasUsers && {
    Users: {
      fields: [text('USER_ID'), category('CAMP')],
      lines: [...Array.from({ length: USERS }, (_, user) => `user-${user},${user % 3}`), 'newcomer,1'],
    },
  }),
  Interactions: {
    fields: EVENT_FIELDS,
    lines: events(share).map(({ userId, item, time }) => `${userId},${item},Watch,${time}`),
  },
})

describe('users without events', () => {
  let server: TestServer
  before(async () => {
    server = await startTestServer()
  })
  after(() => server[Symbol.asyncDispose]())
  const domainOf = (recipe: string) => (recipe.startsWith('aws-vod') ? 'VIDEO_ON_DEMAND' : undefined)

  for (const { recipe, hasUsers } of CASES)
    it(`are recommended the hits of the week, where hits change: ${recipe}${hasUsers ? ', by property' : ''}`, async () => {
      const world = worldOf(0.6, hasUsers, domainOf(recipe))
      const group = await createWorld(server, `changing-${recipe}-${hasUsers}`, world)
      const list = await (await trainRecipe(server, group, recipe)).list({ userId: 'newcomer' })
      const found = list.filter(item => hitsOf(WEEKS - 1).includes(item))
      assert.ok(found.length >= 8, `${list}`)
    })

  it('are recommended the hits of all time, where hits last', async () => {
    const group = await createWorld(server, 'lasting', worldOf(0, false, undefined))
    const list = await (await trainRecipe(server, group, CASES[0].recipe)).list({ userId: 'newcomer' })
    const counts = Map.groupBy(events(0), ({ item }) => item)
    const most = [...counts.keys()].sort((a, b) => counts.get(b)!.length - counts.get(a)!.length)
    const [last] = list.slice(-1)
    assert.ok(
      list.every(item => counts.get(item)!.length >= counts.get(most[9]!)!.length),
      `${last} of ${most}`,
    )
  })
})
