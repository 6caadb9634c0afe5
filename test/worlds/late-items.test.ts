import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { startTestServer, type TestServer } from '#test/server.ts'
import {
  category,
  createWorld,
  deleteUsersOf,
  EVENT_FIELDS,
  eventsInto,
  itemsOf,
  type Trained,
  text,
  trainRecipe,
} from './world.ts'

const NOW = Date.parse('2026-11-23T12:00:00Z')
const [LEFT, RIGHT] = ['left', 'right'].map(camp => Array.from({ length: 10 }, (_, item) => `${camp}-${item}`)) as [
  string[],
  string[],
]
const TYPE = 'View'

/** Users of two camps, who have six items of the ten of theirs. */
const events = Array.from({ length: 240 }, (_, user) =>
  Array.from({ length: 6 }, (_, n) => {
    const item = (user % 2 === 0 ? LEFT : RIGHT)[(user + 3 * n) % 10]
    return `user-${user},${item},${TYPE},${NOW / 1000 - 100_000 + 1000 * n + user}`
  }),
).flat()

const clicks = (...items: readonly string[]) =>
  items.map((itemId, n) => ({ eventType: TYPE, itemId, sentAt: new Date(NOW - 60_000 + n * 100) }))

/** `fresh` has no record, `idle` has one and no event at the training. */
const LATE = ['fresh', 'idle']

for (const { domain, recipes } of [
  { domain: undefined, recipes: ['aws-similar-items', 'aws-sims'] },
  { domain: 'ECOMMERCE', recipes: ['aws-ecomm-customers-who-viewed-x-also-viewed'] },
] as const)
  describe(`an item whose events all came after the training, ${domain ?? 'without a domain'}`, () => {
    let server: TestServer
    let group: string
    let put: Awaited<ReturnType<typeof eventsInto>>
    const trained = new Map<string, Trained>()
    before(async () => {
      server = await startTestServer()
      const items = [...LEFT, ...RIGHT, 'idle']
      const Items = domain
        ? itemsOf(domain, items, () => 'any')
        : { fields: [text('ITEM_ID'), category('GENRE')], lines: items.map(item => `${item},any`) }
      const Interactions = { fields: EVENT_FIELDS, lines: events }
      group = await createWorld(server, 'camps', { ...(domain && { domain }), Items, Interactions })
      for (const recipe of recipes) trained.set(recipe, await trainRecipe(server, group, recipe))
      put = await eventsInto(server, group)
      // Half of them are users of the training, who had the other items before it.
      for (let user = 0; user < 20; user += 2) await put(`user-${user}`, clicks(...LATE))
      for (let n = 0; n < 10; n++) await put(`visitor-${n}`, clicks(LEFT[n]!, ...LATE, LEFT[(n + 1) % 10]!))
    })
    after(() => server[Symbol.asyncDispose]())

    for (const recipe of recipes)
      it(`comes among the items that its users had, with ${recipe}`, async () => {
        const one = trained.get(recipe)!
        const userId = 'nobody'
        for (const item of LATE) {
          const beside = await one.list({ userId, itemId: 'left-3' }, 100)
          assert.ok(beside.indexOf(item) >= 0 && beside.indexOf(item) < 11, `${item}: ${beside}`)
          const opposite = await one.list({ userId, itemId: 'right-3' }, 100)
          assert.ok(opposite.indexOf(item) >= 9, `${item}: ${opposite}`)
          const own = (await one.list({ userId, itemId: item }, 100)).filter(other => !LATE.includes(other))
          assert.deepEqual(own.slice(0, 10).toSorted(), LEFT)
        }
      })

    it('has a place by its users where nothing else is known', async () => {
      for (const recipe of recipes) {
        const list = await trained.get(recipe)!.list({ userId: 'nobody', itemId: 'unheard-of' }, 100)
        assert.equal(list.length, 22)
        // 20 users had it, 72 each of the others.
        assert.deepEqual(list.slice(-2).toSorted(), LATE)
      }
    })

    if (domain)
      it('is no longer beside the items of users who were deleted', async () => {
        const users = Array.from({ length: 10 }, (_, n) => `visitor-${n}`)
        await deleteUsersOf(server, group, [...users, ...Array.from({ length: 10 }, (_, n) => `user-${2 * n}`)])
        await put('user-1', clicks('idle'))
        for (const recipe of recipes) {
          const list = await trained.get(recipe)!.list({ userId: 'nobody', itemId: 'idle' }, 100)
          assert.ok(!list.includes('fresh'), `${list}`)
          assert.ok(
            list.slice(0, 6).every(item => item.startsWith('right')),
            `${list}`,
          )
        }
      })
  })
