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

/** Two camps of taste that never mix, each with items of one genre. */
function twoCamps(): World {
  const random = createRandom(5)
  const lines = Array.from({ length: 12 * USERS }, (_, n) => {
    const item = Math.floor(ITEMS_EACH * random())
    return `user-${n % USERS},${CAMPS[n % 2]}-${item},play,${1_000_000 + n}`
  })
  return {
    Items: {
      fields: [text('ITEM_ID'), category('GENRE')],
      lines: CAMPS.flatMap(camp => Array.from({ length: ITEMS_EACH }, (_, item) => `${camp}-${item},${camp}`)),
    },
    Interactions: { fields: EVENT_FIELDS, lines },
  }
}

for (const { recipe, weight } of [
  { recipe: 'aws-user-personalization', weight: undefined },
  { recipe: 'aws-user-personalization', weight: 0 },
  { recipe: 'aws-user-personalization', weight: 0.6 },
  { recipe: 'aws-user-personalization', weight: 1 },
  { recipe: 'aws-user-personalization-v2', weight: undefined },
])
  describe(`exploration among two camps of taste, ${recipe}, ${weight === undefined ? 'as it is' : `weight ${weight}`}`, () => {
    let server: TestServer
    let group: string
    let trained: Trained
    before(async () => {
      server = await startTestServer()
      group = await createWorld(server, 'camps', twoCamps())
      const campaignConfig = { itemExplorationConfig: { explorationWeight: `${weight}` } }
      trained = await trainRecipe(server, group, recipe, weight === undefined ? {} : { campaignConfig })
      await putItem('new-rock', { genre: 'rock' })
    })
    after(() => server[Symbol.asyncDispose]())

    const putItem = (itemId: string, properties: object) => {
      const datasetArn = `${group.replace('dataset-group', 'dataset')}/ITEMS`
      const items = [{ itemId, properties: JSON.stringify(properties) }]
      return server.events.send(new PutItemsCommand({ datasetArn, items }))
    }
    /** The numbers of users, among a hundred of each camp, with such an item among the first ten. */
    const shown = async (isOf: (item: string) => boolean, userOf = (user: number) => `user-${user}`) => {
      const count = { jazz: 0, rock: 0 }
      for (let user = 0; user < USERS; user++) {
        const items = await trained.list({ userId: userOf(user) })
        if (items.some(isOf)) count[CAMPS[user % 2]!]++
      }
      const share = (users: number) => Math.round((200 * users) / USERS)
      return { jazz: share(count.jazz), rock: share(count.rock) }
    }

    it('shows the only new item to the users whom it suits, and hardly to others', async () => {
      const { jazz, rock } = await shown(item => item === 'new-rock')
      if (weight === 1) return assert.deepEqual([jazz, rock], [100, 100])
      assert.ok(jazz <= 5, `${jazz} % of those whom it does not suit`)
      if (weight !== 0) assert.ok(rock >= 30, `${rock} % of those whom it suits`)
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
      if (weight !== 0) assert.ok(rock >= 25, `${rock} %`)
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
      if (weight !== 0) assert.ok(ofRock.rock >= 50 && ofJazz.jazz >= 50, JSON.stringify({ ofRock, ofJazz }))
    })
  })
