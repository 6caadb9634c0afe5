import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { PutItemsCommand } from '@aws-sdk/client-personalize-events'
import { startTestServer, type TestServer } from '#test/server.ts'
import { createWorld, EVENT_FIELDS, long, type Trained, text, trainRecipe } from './world.ts'

const CAMPS = ['rock', 'jazz']
const WORDS: Readonly<Record<string, string>> = {
  rock: 'loud guitars and drums of a rock band',
  jazz: 'quiet saxophone and swing of a jazz quartet',
}
const START = 1_760_000_000
const campOf = (n: number) => CAMPS[n % 2]!

/** Two camps of taste that never mix. The items' texts name the camp, among words that all have. */
function camps() {
  const description = { name: 'DESCRIPTION', type: ['null', 'string'], textual: true }
  const said = (camp: string) => `A record from our shop with ${WORDS[camp]} for your home`
  return {
    Items: {
      fields: [text('ITEM_ID'), description, long('CREATION_TIMESTAMP')],
      lines: Array.from({ length: 40 }, (_, n) => `${campOf(n)}-${n},${said(campOf(n))},${START + n}`),
    },
    Interactions: {
      fields: EVENT_FIELDS,
      lines: Array.from({ length: 1280 }, (_, n) => {
        const user = n % 160
        const item = 2 * ((7 * user + 3 * Math.floor(n / 160)) % 20) + (user % 2)
        return `user-${user},${campOf(item)}-${item},click,${START + n * 600}`
      }),
    },
  }
}

describe('a new item with unstructured text', () => {
  let server: TestServer
  const trained = new Map<string, Trained>()
  before(async () => {
    server = await startTestServer()
    const group = await createWorld(server, 'texts', camps())
    for (const recipe of ['aws-similar-items', 'aws-personalized-ranking', 'aws-personalized-ranking-v2'])
      trained.set(recipe, await trainRecipe(server, group, recipe))
    const items = CAMPS.map(camp => ({
      itemId: `new-${camp}`,
      properties: JSON.stringify({ description: `The ${WORDS[camp]}`, creationTimestamp: START + 960_000 }),
    }))
    const datasetArn = `${group.replace('dataset-group', 'dataset')}/ITEMS`
    await server.events.send(new PutItemsCommand({ datasetArn, items }))
  })
  after(() => server[Symbol.asyncDispose]())

  for (const camp of CAMPS) {
    it(`is similar to items with the same words: ${camp}`, async () => {
      const list = await trained.get('aws-similar-items')!.list({ userId: 'user-0', itemId: `new-${camp}` })
      assert.deepEqual(
        list.filter(id => !id.includes(camp)),
        [],
        list.join(),
      )
    })

    for (const recipe of ['aws-personalized-ranking', 'aws-personalized-ranking-v2'])
      it(`is ranked first for the users of its camp: ${camp}, ${recipe}`, async () => {
        const ranked = await trained.get(recipe)!.rank(`user-${CAMPS.indexOf(camp)}`, ['new-jazz', 'new-rock'])
        assert.equal(ranked[0], `new-${camp}`)
      })
  }
})
