import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { PutItemsCommand } from '@aws-sdk/client-personalize-events'
import { startTestServer, type TestServer } from '#test/server.ts'
import { createRandom } from '../../src/engine/math/random.ts'
import { category, createWorld, EVENT_FIELDS, type Trained, text, trainRecipe } from './world.ts'

const CAMPS = ['jazz', 'rock'] as const
const ITEMS_EACH = 30
const USERS = 120

describe('exploration among two camps of taste', () => {
  let server: TestServer
  let trained: Trained
  before(async () => {
    server = await startTestServer()
    const random = createRandom(5)
    const events = Array.from({ length: 12 * USERS }, (_, n) => {
      const item = Math.floor(ITEMS_EACH * random())
      return `user-${n % USERS},${CAMPS[n % 2]}-${item},play,${1_000_000 + n}`
    })
    const group = await createWorld(server, 'camps', {
      Items: {
        fields: [text('ITEM_ID'), category('GENRE')],
        lines: CAMPS.flatMap(camp => Array.from({ length: ITEMS_EACH }, (_, item) => `${camp}-${item},${camp}`)),
      },
      Interactions: { fields: EVENT_FIELDS, lines: events },
    })
    trained = await trainRecipe(server, group, 'aws-user-personalization')
    const datasetArn = `${group.replace('dataset-group', 'dataset')}/ITEMS`
    const items = [{ itemId: 'new-rock', properties: JSON.stringify({ genre: 'rock' }) }]
    await server.events.send(new PutItemsCommand({ datasetArn, items }))
  })
  after(() => server[Symbol.asyncDispose]())

  const lists = async () => {
    const all = []
    for (let user = 0; user < USERS; user++) all.push(await trained.items({ userId: `user-${user}` }))
    return all
  }

  it('shows the only new item at least twice as often to the users whom it suits', async () => {
    const shown = { jazz: 0, rock: 0 }
    for (const [user, items] of (await lists()).entries())
      if (items.some(({ itemId }) => itemId === 'new-rock')) shown[CAMPS[user % 2]!]++
    assert.ok(shown.rock >= 20 && shown.jazz <= shown.rock / 2, JSON.stringify(shown))
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
})
