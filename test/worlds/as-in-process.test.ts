import assert from 'node:assert/strict'
import { rm } from 'node:fs/promises'
import { after, before, describe, it } from 'node:test'
import { temporaryDirectory } from '#test/directory.ts'
import { startTestServer } from '#test/server.ts'
import { createRandom } from '../../src/engine/math/random.ts'
import { type InProcess, openInProcess } from './in-process.ts'
import { category, createWorld, EVENT_FIELDS, itemsOf, trainRecipe, type World } from './world.ts'

const [USERS, ITEMS] = [240, 60]
/** Users with a longer history than a model looks at. */
const LONG = 260
const DAY = 86_400
const BEGIN = Date.parse('2026-07-01T00:00:00Z') / 1000
const VALUE = { name: 'EVENT_VALUE', type: ['null', 'float'] } as const
/** The list that the recipe of rankings is given. */
const RANKED = Array.from({ length: ITEMS }, (_, item) => `item-${item}`)
const idOf = (user: number) => `user-${user}`
const deviceOf = (user: number) => (user % 2 === 0 ? 'phone' : 'tablet')

/**
 * Events of several types, values and devices, some at one moment, of items with many and with few events. Some users
 * take items again, some have no record, and some have long histories. All items are months old.
 */
function everything(types: readonly string[], domain?: World['domain']): World {
  const random = createRandom(5)
  const items = Array.from({ length: ITEMS }, (_, item) => `item-${item}`)
  const lines = Array.from({ length: USERS }, (_, user) =>
    Array.from({ length: user % 40 === 0 ? LONG : 6 + Math.floor(12 * random()) }, (_, at) => {
      const item = (3 * user + Math.floor(ITEMS * random() ** (2 + (user % 3)))) % ITEMS
      const type = types[Math.floor(types.length * random())]!
      // Two of three events are at the moment of the one before.
      const time = BEGIN + (user % 30) * DAY + Math.floor(at / 3) * DAY
      return `${idOf(user)},item-${item},${type},${time},${Math.ceil(5 * random())},${random() < 0.8 ? deviceOf(user) : ''}`
    }),
  ).flat()
  const known = Array.from({ length: USERS }, (_, user) => user).filter(user => user % 3 > 0)
  return {
    ...(domain && { domain, Items: itemsOf(domain, items, item => `kind-${Number(item.slice(5)) % 4}`) }),
    Users: {
      fields: [{ name: 'USER_ID', type: 'string' }, category('CAMP')],
      lines: known.map(user => `${idOf(user)},camp-${user % 3}`),
    },
    Interactions: {
      fields: [...EVENT_FIELDS, VALUE, category('DEVICE')],
      lines,
    },
  }
}

const eventsConfig = {
  eventParametersList: [
    { eventType: 'Rating', eventValueThreshold: 3, weight: 1 },
    { eventType: 'Click', weight: 0.3 },
  ],
}
const CASES = [
  { title: 'aws-user-personalization-v2', recipe: 'aws-user-personalization-v2', types: ['Click', 'Rating', 'Share'] },
  {
    title: 'aws-user-personalization-v2 with an events configuration',
    recipe: 'aws-user-personalization-v2',
    types: ['Click', 'Rating', 'Share'],
    settings: { solutionConfig: { eventsConfig } },
  },
  { title: 'aws-user-personalization', recipe: 'aws-user-personalization', types: ['Click', 'Rating', 'Share'] },
  {
    title: 'aws-personalized-ranking-v2',
    recipe: 'aws-personalized-ranking-v2',
    types: ['Click', 'Rating', 'Share'],
    ranks: true,
  },
  { title: 'aws-vod-top-picks', recipe: 'aws-vod-top-picks', types: ['Click', 'Watch'], domain: 'VIDEO_ON_DEMAND' },
  {
    title: 'aws-ecomm-recommended-for-you',
    recipe: 'aws-ecomm-recommended-for-you',
    types: ['View', 'Purchase'],
    domain: 'ECOMMERCE',
  },
] as const

for (const { title, recipe, types, ...more } of CASES) {
  const { settings, domain, ranks } = { settings: {}, domain: undefined, ranks: false, ...more }
  describe(`${title}: lists of a server`, () => {
    const served = new Map<string, readonly string[]>()
    let dataDir: string
    let inProcess: InProcess
    before(async () => {
      dataDir = await temporaryDirectory()
      const server = await startTestServer({ dataDir })
      const group = await createWorld(server, 'everything', everything(types, domain))
      const trained = await trainRecipe(server, group, recipe, settings)
      for (let user = 0; user < USERS + 2; user += 2)
        for (const context of [undefined, { DEVICE: deviceOf(user) }]) {
          const asked = { userId: idOf(user), context }
          const list = ranks ? await trained.rank(asked.userId, RANKED, context) : await trained.list(asked, ITEMS)
          served.set(JSON.stringify(asked), list)
        }
      await server[Symbol.asyncDispose]()
      inProcess = await openInProcess(dataDir, !ranks)
    })
    after(() => rm(dataDir, { recursive: true }))

    it('are those of its model for the questions of training', () => {
      for (const [asked, list] of served) {
        const { userId, context } = JSON.parse(asked)
        const expected = ranks ? inProcess.order(RANKED, userId, context) : inProcess.list(userId, context)
        assert.deepEqual(list, expected, asked)
      }
    })
  })
}
