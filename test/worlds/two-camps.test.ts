import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type { Domain } from '@aws-sdk/client-personalize'
import { PutUsersCommand } from '@aws-sdk/client-personalize-events'
import { createRandom } from '../../src/engine/math/random.ts'
import { startTestServer, type TestServer } from '../support/server.ts'
import {
  category,
  createWorld,
  EVENT_FIELDS,
  eventsInto,
  itemsOf,
  type Trained,
  text,
  trainRecipe,
  type World,
} from './world.ts'

const CAMPS = ['jazz', 'rock'] as const
const ITEMS_EACH = 40
const USERS = 200
const NOW = Date.parse('2026-11-23T12:00:00Z')
const campOf = (item: string) => item.split('-')[0]!
const itemsOfCamps = CAMPS.flatMap(camp => Array.from({ length: ITEMS_EACH }, (_, i) => `${camp}-${i}`))
const TYPES = { ECOMMERCE: ['View', 'Purchase'], VIDEO_ON_DEMAND: ['Click', 'Watch'], none: ['click'] } as const

/** Two camps of taste that never mix. `known` is the share of users with a record, which names the camp. */
function twoCamps(known: number, domain?: Domain): World {
  const random = createRandom(5)
  const events: string[] = []
  const records: string[] = []
  const types = TYPES[domain ?? 'none']
  for (let user = 0; user < USERS; user++) {
    const camp = CAMPS[user % 2]!
    if (random() < known) records.push(`user-${user},fan of ${camp}`)
    const length = 3 + Math.floor(9 * random())
    for (let event = 0; event < length; event++) {
      const item = `${camp}-${Math.floor(ITEMS_EACH * random() ** 2)}`
      events.push(`user-${user},${item},${types[event % types.length]},${1_000_000 + 1000 * event + user}`)
    }
  }
  return {
    ...(domain && { domain, Items: itemsOf(domain, itemsOfCamps, () => 'any') }),
    Users: known > 0 ? { fields: [text('USER_ID'), category('TASTE')], lines: records } : undefined,
    Interactions: { fields: EVENT_FIELDS, lines: events },
  }
}

const RECIPES: readonly { readonly recipe: string; readonly domain?: Domain }[] = [
  { recipe: 'aws-user-personalization' },
  { recipe: 'aws-user-personalization-v2' },
  { recipe: 'aws-personalized-ranking' },
  { recipe: 'aws-personalized-ranking-v2' },
  { recipe: 'aws-ecomm-recommended-for-you', domain: 'ECOMMERCE' },
  { recipe: 'aws-vod-top-picks', domain: 'VIDEO_ON_DEMAND' },
]

/**
 * The kinds of users by their record, with the least number of ten recommendations that must be of their camp. One may
 * be a hit of the other.
 */
const ASKING = [
  { who: 'an anonymous session', taste: undefined, least: 9 },
  { who: 'a user without a record', taste: undefined, least: 9 },
  { who: 'somebody whose taste nobody else has', taste: () => 'fan of noise', least: 9 },
  { who: 'somebody of the same taste', taste: (camp: string) => `fan of ${camp}`, least: 9 },
  { who: 'somebody said to be of the other camp', taste: (camp: string) => `fan of ${otherThan(camp)}`, least: 8 },
] as const

const otherThan = (camp: string) => CAMPS.find(one => one !== camp)!

describe('two camps of taste', () => {
  let server: TestServer
  before(async () => {
    server = await startTestServer()
  })
  after(() => server[Symbol.asyncDispose]())

  for (const domain of [undefined, 'ECOMMERCE', 'VIDEO_ON_DEMAND'] as const)
    for (const known of [0, 0.5, 1])
      describe(`${domain ?? 'no domain'}, ${known * 100} % of the users with a record`, () => {
        let group: string
        let put: Awaited<ReturnType<typeof eventsInto>>
        const recipes = RECIPES.filter(one => one.domain === domain).map(({ recipe }) => recipe)
        const trained = new Map<string, Trained>()
        before(async () => {
          group = await createWorld(
            server,
            `camps-${domain?.slice(0, 3) ?? 'own'}-${known * 100}`.toLowerCase(),
            twoCamps(known, domain),
          )
          // All trainings come first, so that they do not see the events that tests put.
          for (const recipe of recipes) trained.set(recipe, await trainRecipe(server, group, recipe))
          put = await eventsInto(server, group)
        })

        const record = (userId: string, taste: string) =>
          server.events.send(
            new PutUsersCommand({
              datasetArn: `${group.replace(':dataset-group/', ':dataset/')}/USERS`,
              users: [{ userId, properties: JSON.stringify({ taste }) }],
            }),
          )

        /** The number of items of the camp among the first ten recommendations, or the first ten of a ranking. */
        const right = async (trained: Trained, recipe: string, userId: string, camp: string) => {
          const isOwn = (item: string) => campOf(item) === camp
          if (!recipe.includes('ranking')) return (await trained.list({ userId })).filter(isOwn).length
          const best = itemsOfCamps.filter(item => Number(item.split('-')[1]) < 10)
          return (await trained.rank(userId, best)).slice(0, 10).filter(isOwn).length
        }

        for (const recipe of recipes)
          it(`${recipe}: one or two clicks show the camp, for users with any record`, async () => {
            for (const camp of CAMPS)
              for (const clicked of [[12], [12, 3]])
                for (const { who, taste, least } of known > 0 ? ASKING : ASKING.slice(0, 2)) {
                  const userId = `${recipe}, ${camp}, ${clicked.length}, ${who}`
                  const eventType = TYPES[domain ?? 'none'][0]
                  const sentAt = (at: number) => new Date(NOW - 60_000 + at)
                  if (taste) await record(userId, taste(camp))
                  await put(
                    userId,
                    clicked.map((i, at) => ({ eventType, itemId: `${camp}-${i}`, sentAt: sentAt(at) })),
                    who === 'an anonymous session',
                  )
                  const count = await right(trained.get(recipe)!, recipe, userId, camp)
                  assert.ok(count >= least, `${userId}: ${count} of 10`)
                }
          })
      })
})
