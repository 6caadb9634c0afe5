import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { PutItemsCommand } from '@aws-sdk/client-personalize-events'
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

const CAMPS = ['jazz', 'rock'] as const
const ITEMS_EACH = 30
const USERS = 120
/** Chance falls anew on each of these days. */
const DAYS = Array.from({ length: 15 }, (_, day) => `2026-11-${10 + day}`)

/**
 * The least share of users in percent, three standard errors below the expected one, who are shown an item that suits
 * them. Each place but the first explores with the probability `weight`; the next one makes up for the first. An item
 * is let in with the ratio of its score to the last one of the list. That ratio is two thirds here. The new item has
 * the mean score of its camp, and the list has ten of a camp's thirty items.
 */
function leastShown(newItems: number, weight: number): number {
  let chances = [1]
  let owed = weight
  for (let place = 2; place <= 10; place++) {
    owed += weight
    const chance = Math.min(1, owed)
    owed -= chance
    chances = [...chances, 0].map((none, draws) => none * (1 - chance) + (chances[draws - 1] ?? 0) * chance)
  }
  const shown = chances.reduce((sum, chance, draws) => sum + chance * (1 - (1 / 3) ** Math.min(draws, newItems)), 0)
  return 100 * (shown - 3 * Math.sqrt((shown * (1 - shown)) / ((USERS / 2) * DAYS.length)))
}

const COLOURS = ['red', 'green', 'blue'] as const

/** Two camps of taste that never mix, each with items of one genre; maybe each item also has a colour at random. */
function twoCamps(hasColours: boolean): World {
  const random = createRandom(5)
  const colour = createRandom(6)
  const colourOf = () => (hasColours ? `,${COLOURS[Math.floor(COLOURS.length * colour())]}` : '')
  const lines = Array.from({ length: 12 * USERS }, (_, n) => {
    const item = Math.floor(ITEMS_EACH * random())
    return `user-${n % USERS},${CAMPS[n % 2]}-${item},play,${1_000_000 + n}`
  })
  return {
    Items: {
      fields: [text('ITEM_ID'), category('GENRE'), ...(hasColours ? [category('COLOUR')] : [])],
      lines: CAMPS.flatMap(camp =>
        Array.from({ length: ITEMS_EACH }, (_, item) => `${camp}-${item},${camp}${colourOf()}`),
      ),
    },
    Interactions: { fields: EVENT_FIELDS, lines },
  }
}

interface Explored {
  readonly recipe: string
  /** Left out: as it is. */
  readonly weight?: number
  readonly hasColours?: boolean
}

const EXPLORED: readonly Explored[] = [
  { recipe: 'aws-user-personalization' },
  { recipe: 'aws-user-personalization', weight: 0 },
  { recipe: 'aws-user-personalization', weight: 0.6 },
  { recipe: 'aws-user-personalization', weight: 1 },
  { recipe: 'aws-user-personalization-v2' },
  { recipe: 'aws-user-personalization', hasColours: true },
  { recipe: 'aws-user-personalization-v2', hasColours: true },
]
for (const { recipe, weight, hasColours = false } of EXPLORED)
  describe(`exploration among two camps of taste, ${recipe}, ${weight === undefined ? 'as it is' : `weight ${weight}`}${hasColours ? ', items of colours' : ''}`, () => {
    let server: TestServer
    let group: string
    let trained: Trained
    before(async () => {
      server = await startTestServer()
      group = await createWorld(server, 'camps', twoCamps(hasColours))
      const campaignConfig = { itemExplorationConfig: { explorationWeight: `${weight}` } }
      trained = await trainRecipe(server, group, recipe, weight === undefined ? {} : { campaignConfig })
      await putItem('new-rock', { genre: 'rock', ...(hasColours && { colour: 'red' }) })
    })
    after(() => server[Symbol.asyncDispose]())

    const putItem = (itemId: string, properties: object) => {
      const datasetArn = `${group.replace('dataset-group', 'dataset')}/ITEMS`
      const items = [{ itemId, properties: JSON.stringify(properties) }]
      return server.events.send(new PutItemsCommand({ datasetArn, items }))
    }
    /** The percentage of the users of each camp with such an item among the first ten, over all days. */
    const shown = async (isOf: (item: string) => boolean, userOf = (user: number) => `user-${user}`) => {
      const count = { jazz: 0, rock: 0 }
      const { PERSONALITE_TEST_NOW: today } = process.env
      try {
        for (const day of DAYS) {
          process.env.PERSONALITE_TEST_NOW = `${day}T12:00:00Z`
          for (let user = 0; user < USERS; user++) {
            const items = await trained.list({ userId: userOf(user) })
            if (items.some(isOf)) count[CAMPS[user % 2]!]++
          }
        }
      } finally {
        process.env.PERSONALITE_TEST_NOW = today
      }
      const share = (users: number) => Math.round((200 * users) / (USERS * DAYS.length))
      return { jazz: share(count.jazz), rock: share(count.rock) }
    }
    /** The weight by which the recipe explores, also where it cannot be set. */
    const explores = weight ?? (recipe.endsWith('v2') ? 0.1 : 0.3)

    it('shows the only new item to the users whom it suits, and hardly to others', async () => {
      const { jazz, rock } = await shown(item => item === 'new-rock')
      if (weight === 1) return assert.deepEqual([jazz, rock], [100, 100])
      assert.ok(jazz <= 5, `${jazz} % of those whom it does not suit`)
      if (weight !== 0) assert.ok(rock >= leastShown(1, explores), `${rock} % of those whom it suits`)
    })

    it('returns a different score for each item, in descending order, with a sum of 1 at most', async () => {
      for (let user = 0; user < 20; user++) {
        const items = await trained.items({ userId: `user-${user}` }, 2 * ITEMS_EACH + 1)
        const scores = items.map(({ score }) => score!)
        assert.deepEqual(
          scores,
          scores.toSorted((a, b) => b - a),
        )
        assert.ok(scores.reduce((a, b) => a + b) <= 1.0001)
      }
    })

    it('judges users with a single event, and anonymous sessions, by their few events', async () => {
      const put = await eventsInto(server, group)
      for (let user = 0; user < USERS; user++) {
        const itemId = `${CAMPS[user % 2]}-${user % ITEMS_EACH}`
        await put(`few-${user}`, [{ eventType: 'play', itemId, sentAt: new Date(1_000_100_000) }], user % 3 === 0)
      }
      const { jazz, rock } = await shown(
        item => item === 'new-rock',
        user => `few-${user}`,
      )
      if (weight === 1) return assert.deepEqual([jazz, rock], [100, 100])
      assert.ok(jazz <= 5, `${jazz} %`)
      if (weight !== 0) assert.ok(rock >= leastShown(1, explores), `${rock} %`)
    })

    it('shows an item without properties to some users of each camp', async () => {
      await putItem('blank', {})
      const { jazz, rock } = await shown(item => item === 'blank')
      if (weight === 0) return assert.deepEqual([jazz, rock], [0, 0])
      if (weight === 1) return
      for (const share of [jazz, rock]) assert.ok(share >= 3 && share <= 45, `${jazz} % and ${rock} %`)
    })

    it('shows to each camp its own new items, if there are several of both', async () => {
      for (let item = 0; item < 6; item++) await putItem(`new-${CAMPS[item % 2]}-${item}`, { genre: CAMPS[item % 2] })
      if (weight === 1) return
      const ofRock = await shown(item => item.startsWith('new-rock'))
      const ofJazz = await shown(item => item.startsWith('new-jazz'))
      assert.ok(ofRock.jazz <= 6 && ofJazz.rock <= 6, JSON.stringify({ ofRock, ofJazz }))
      const least = leastShown(3, explores)
      if (weight !== 0)
        assert.ok(ofRock.rock >= least && ofJazz.jazz >= least, JSON.stringify({ ofRock, ofJazz, least }))
    })
  })
