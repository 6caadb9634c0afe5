import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { startTestServer, type TestServer } from '#test/server.ts'
import { createRandom, sample } from '../../src/engine/math/random.ts'
import { createWorld, EVENT_FIELDS, eventsInto, itemsOf, type Trained, trainRecipe } from './world.ts'

const RECIPES = ['aws-user-personalization-v2', 'aws-user-personalization'] as const
/** Puts an event of each of these items, in this order, after all events of a training. */
async function putLater(server: TestServer, group: string, itemsOfUsers: Readonly<Record<string, readonly string[]>>) {
  const put = await eventsInto(server, group)
  for (const [user, items] of Object.entries(itemsOfUsers))
    await put(
      user,
      items.map((itemId, n) => ({ eventType: 'buy', itemId, sentAt: new Date(2_000_000_000 + 1000 * n) })),
    )
}
const isOwn = (own: readonly string[]) => (item: string) => own.includes(item)

const USERS = 100
const [STAPLES, DURABLES] = [15, 45]
/** The four staples that a user buys again and again. */
const staplesOf = (user: number) => [0, 1, 4, 9].map(step => `milk-${(user + step) % STAPLES}`)

/** The purchases of a user: two of three are of own staples, the third is a durable good not bought before. */
function purchasesOf(user: number): readonly string[] {
  const random = createRandom(1000 + user)
  const durables = Array.from(sample(DURABLES, 8, user + 1), item => `fridge-${item}`)
  return Array.from({ length: 24 }, (_, n) =>
    n % 3 === 2 ? durables[(n - 2) / 3]! : staplesOf(user)[Math.floor(4 * random())]!,
  )
}

describe('habits, where staples are bought again and again, and durable goods once', () => {
  let server: TestServer
  const trained = new Map<string, Trained>()
  before(async () => {
    server = await startTestServer()
    const lines = Array.from({ length: USERS }, (_, user) =>
      purchasesOf(user).map((item, n) => `user-${user},${item},buy,${1_000_000 + 1000 * n + user}`),
    )
    const group = await createWorld(server, 'habits', { Interactions: { fields: EVENT_FIELDS, lines: lines.flat() } })
    for (const recipe of RECIPES) trained.set(recipe, await trainRecipe(server, group, recipe))
    await putLater(server, group, { newcomer: ['milk-3', 'fridge-7', 'milk-8', 'fridge-2'] })
  })
  after(() => server[Symbol.asyncDispose]())

  for (const recipe of RECIPES) {
    it(`recommends the own staples of users first: ${recipe}`, async () => {
      let found = 0
      for (let user = 0; user < USERS; user++) {
        const list = await trained.get(recipe)!.list({ userId: `user-${user}` }, 4)
        found += list.filter(isOwn(staplesOf(user))).length
      }
      assert.ok(found >= 0.9 * 4 * USERS, `${found} of ${4 * USERS}`)
    })

    it(`hardly recommends the durable goods that users have: ${recipe}`, async () => {
      let found = 0
      for (let user = 0; user < USERS; user++) {
        const had = purchasesOf(user).filter(item => item.startsWith('fridge'))
        const list = await trained.get(recipe)!.list({ userId: `user-${user}` }, 25)
        found += list.filter(isOwn(had)).length
      }
      // By chance 25 of 60 items would have four in ten of them.
      assert.ok(found <= 0.2 * 8 * USERS, `${found} of ${8 * USERS}`)
    })

    it(`knows the kinds apart also for a new user who has bought each but once: ${recipe}`, async () => {
      const list = await trained.get(recipe)!.list({ userId: 'newcomer' }, 25)
      assert.deepEqual(list.slice(0, 2).toSorted(), ['milk-3', 'milk-8'])
      assert.deepEqual(list.filter(isOwn(['fridge-7', 'fridge-2'])), [])
    })
  }
})

const CAMPS = ['jazz', 'rock'] as const
const CAMP_ITEMS = 60
const campItems = (camp: string) => Array.from({ length: CAMP_ITEMS }, (_, item) => `${camp}-${item}`)
const TIMES = 12_000 / CAMP_ITEMS

describe('a user with 12,000 events, 200 on each item of a camp, among users who never come back', () => {
  let server: TestServer
  const trained = new Map<string, Trained>()
  before(async () => {
    server = await startTestServer()
    const others = Array.from({ length: USERS }, (_, user) => {
      const camp = CAMPS[user % 2]!
      return Array.from(sample(CAMP_ITEMS, 10, user + 1), (item, n) => [user, camp, item, 1000 * n + user] as const)
    })
    const random = createRandom(8)
    const lines = [
      ...others.flat().map(([user, camp, item, at]) => `user-${user},${camp}-${item},play,${1_000_000 + at}`),
      ...CAMPS.flatMap(camp =>
        Array.from({ length: CAMP_ITEMS * TIMES }, (_, n) => {
          const item = n < CAMP_ITEMS ? n : Math.floor(CAMP_ITEMS * random())
          return `fan-of-${camp},${camp}-${item},play,${1_000_000 + n}`
        }),
      ),
    ]
    const group = await createWorld(server, 'fans', { Interactions: { fields: EVENT_FIELDS, lines } })
    for (const recipe of RECIPES) trained.set(recipe, await trainRecipe(server, group, recipe))
  })
  after(() => server[Symbol.asyncDispose]())

  for (const recipe of RECIPES)
    for (const camp of CAMPS)
      it(`recommends ${camp} to its fan: ${recipe}`, async () => {
        const list = await trained.get(recipe)!.list({ userId: `fan-of-${camp}` }, 25)
        assert.deepEqual(list, list.filter(isOwn(campItems(camp))))
      })

  for (const recipe of RECIPES)
    it(`recommends to the others of their camp what they have not had: ${recipe}`, async () => {
      let [own, again] = [0, 0]
      for (let user = 0; user < USERS; user++) {
        const camp = CAMPS[user % 2]!
        const had = Array.from(sample(CAMP_ITEMS, 10, user + 1), item => `${camp}-${item}`)
        const list = await trained.get(recipe)!.list({ userId: `user-${user}` })
        own += list.filter(isOwn(campItems(camp))).length
        again += list.filter(isOwn(had)).length
      }
      assert.ok(own >= 0.95 * 10 * USERS && again === 0, `${own} of ${10 * USERS}, ${again} of them again`)
    })
})

describe('a user who has had the whole catalogue', () => {
  let server: TestServer
  const trained = new Map<string, Trained>()
  const items = CAMPS.flatMap(camp => Array.from({ length: 15 }, (_, item) => `${camp}-${item}`))
  const USE_CASE = 'aws-vod-top-picks'
  before(async () => {
    server = await startTestServer()
    const group = await createWorld(server, 'all', {
      domain: 'VIDEO_ON_DEMAND',
      Items: itemsOf('VIDEO_ON_DEMAND', items, item => item.split('-')[0]!),
      Interactions: {
        fields: EVENT_FIELDS,
        lines: Array.from({ length: USERS }, (_, user) =>
          Array.from(sample(15, 10, user + 1), (item, n) => {
            return `user-${user},${CAMPS[user % 2]}-${item},Watch,${1_000_000 + 1000 * n + user}`
          }),
        ).flat(),
      },
    })
    for (const recipe of [...RECIPES, USE_CASE]) trained.set(recipe, await trainRecipe(server, group, recipe))
    const put = await eventsInto(server, group)
    const events = (list: readonly string[]) =>
      list.map((itemId, n) => ({ eventType: 'Watch', itemId, sentAt: new Date(2_000_000_000 + 1000 * n) }))
    await put('had-all', events(items))
    await put('had-all-but-one', events(items.filter(item => item !== 'jazz-7')))
  })
  after(() => server[Symbol.asyncDispose]())

  for (const recipe of RECIPES) {
    it(`has all of it recommended, each item once, in the order of scores: ${recipe}`, async () => {
      const list = await trained.get(recipe)!.items({ userId: 'had-all' }, 500)
      assert.deepEqual(list.map(({ itemId }) => itemId!).toSorted(), items.toSorted())
      const scores = list.map(({ score }) => score!)
      assert.deepEqual(
        scores,
        scores.toSorted((a, b) => b - a),
      )
      assert.ok(Math.abs(scores.reduce((a, b) => a + b) - 1) < 1e-5)
    })

    it(`has the only other item recommended first: ${recipe}`, async () => {
      assert.equal((await trained.get(recipe)!.list({ userId: 'had-all-but-one' }))[0], 'jazz-7')
    })
  }

  it(`gets an empty list where what was watched is left out: ${USE_CASE}`, async () => {
    const topPicks = trained.get(USE_CASE)!
    assert.deepEqual(await topPicks.list({ userId: 'had-all' }), [])
    assert.deepEqual(await topPicks.list({ userId: 'had-all-but-one' }), ['jazz-7'])
  })
})
