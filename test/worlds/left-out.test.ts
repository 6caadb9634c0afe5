import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type { Domain } from '@aws-sdk/client-personalize'
import { createRandom } from '../../src/engine/math/random.ts'
import { discount } from '../../src/engine/metrics/ranking.ts'
import { startTestServer, type TestServer } from '../support/server.ts'
import { createWorld, EVENT_FIELDS, eventsInto, itemsOf, type Trained, trainRecipe, type World } from './world.ts'

const GENRES = ['drama', 'comedy', 'horror', 'action', 'western']
const ITEMS_EACH = 15
const HAD = 7
const [USERS, ASKED, NEW] = [500, 100, 200]
const NOW = Date.parse('2026-11-23T12:00:00Z')
const genreOf = (item: string) => item.split('-')[0]!
const ownGenre = (user: number) => GENRES[user % GENRES.length]!

/**
 * Returns the seven items that a user takes, in order. One in ten is of any genre, and popular ones are more frequent.
 */
function takenBy(user: number, random: () => number): string[] {
  const taken = new Set<string>()
  while (taken.size < HAD) {
    const genre = random() < 0.1 ? GENRES[Math.floor(GENRES.length * random())]! : ownGenre(user)
    taken.add(`${genre}-${Math.floor(ITEMS_EACH * random() ** 2)}`)
  }
  return [...taken]
}

/**
 * Users who prefer a genre, which only their events show. They take no item twice, and have an event of each type with
 * it.
 */
function genres(domain: Domain, types: readonly string[]): World {
  const random = createRandom(11)
  const lines = Array.from({ length: USERS }, (_, user) =>
    takenBy(user, random).flatMap((item, at) =>
      types.map((type, after) => `user-${user},${item},${type},${1_000_000 + 1000 * at + after}`),
    ),
  ).flat()
  const items = GENRES.flatMap(genre => Array.from({ length: ITEMS_EACH }, (_, i) => `${genre}-${i}`))
  return { domain, Items: itemsOf(domain, items, () => 'any'), Interactions: { fields: EVENT_FIELDS, lines } }
}

const USE_CASES = [
  { recipe: 'aws-vod-top-picks', domain: 'VIDEO_ON_DEMAND', types: ['Click', 'Watch'] },
  { recipe: 'aws-vod-top-picks', domain: 'VIDEO_ON_DEMAND', types: ['Watch'] },
  { recipe: 'aws-ecomm-recommended-for-you', domain: 'ECOMMERCE', types: ['View', 'Purchase'] },
] as const

/** The number of items of the users' own genres in the first five recommendations of a hundred users: 500 at most. */
async function ownOfFive({ list }: Trained): Promise<number> {
  const lists = await Promise.all(Array.from({ length: ASKED }, (_, user) => list({ userId: `user-${user}` }, 5)))
  return lists.reduce((sum, items, user) => sum + items.filter(item => genreOf(item) === ownGenre(user)).length, 0)
}

for (const { recipe, domain, types } of USE_CASES)
  describe(`${recipe}, which leaves out taken items: ${types.join(', ')}`, () => {
    let server: TestServer
    let group: string
    let trained: Trained
    before(async () => {
      server = await startTestServer()
      group = await createWorld(server, 'looked-at-and-taken', genres(domain, types))
      trained = await trainRecipe(server, group, recipe)
    })
    after(() => server[Symbol.asyncDispose]())

    it('recommends items of the own genre before the hits of others, although half of them are left out', async () => {
      const own = await ownOfFive(trained)
      assert.ok(own >= 425, `${own} of 500`)
    })

    it('reports metrics as high as those of its recommendations to new users', async () => {
      const put = await eventsInto(server, group)
      const random = createRandom(77)
      let gain = 0
      for (let user = 0; user < NEW; user++) {
        const events = takenBy(user, random).flatMap(itemId => types.map(eventType => ({ itemId, eventType })))
        // Without the newest tenth of the events, as the metrics are measured.
        const given = events.slice(0, -1)
        await put(
          `new-${user}`,
          given.map((event, at) => ({ ...event, sentAt: new Date(NOW - 60_000 + at) })),
        )
        const place = (await trained.list({ userId: `new-${user}` })).indexOf(events.at(-1)!.itemId)
        gain += place < 0 ? 0 : discount(place + 1) / NEW
      }
      const metric = trained.metrics.normalized_discounted_cumulative_gain_at_10!
      // The mean over fifty users, whose gains have a standard deviation of 0.4.
      assert.ok(Math.abs(metric - gain) < 0.15, `${metric} is reported, ${gain} served`)
    })
  })
