import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { PutItemsCommand } from '@aws-sdk/client-personalize-events'
import { GetPersonalizedRankingCommand } from '@aws-sdk/client-personalize-runtime'
import { startTestServer, type TestServer } from '#test/server.ts'
import { createRandom } from '../../src/engine/math/random.ts'
import { category, createWorld, EVENT_FIELDS, text, trainRecipe } from './world.ts'

const NOW = Date.parse('2026-11-23T12:00:00Z')
const GENRES = ['a', 'b', 'c', 'd']
/** Each has two genres, which its id begins with. */
const ITEMS = Array.from({ length: 80 }, (_, item) => {
  const [first, second] = [item % 4, ((item % 4) + 1 + ((item >> 2) % 3)) % 4]
  return { id: `${GENRES[first]}${GENRES[second]}-${item}`, genres: [GENRES[first]!, GENRES[second]!] }
})
const of = (genre: string) => ITEMS.filter(({ genres }) => genres.includes(genre))

/** Each user loves a genre, whatever the other is. */
function events(): readonly string[] {
  const random = createRandom(1)
  return Array.from({ length: 1600 }, (_, n) => {
    const [user, own] = [n % 160, of(GENRES[n % 4]!)]
    return `user-${user},${own[Math.floor(own.length * random() ** 1.5)]!.id},click,${NOW / 1000 - 500_000 + n * 100}`
  })
}

describe('a category that no item with an event has', () => {
  let server: TestServer
  let group: string
  before(async () => {
    server = await startTestServer()
    const lines = ITEMS.map(({ id, genres }) => `${id},${genres.join('|')}`)
    const Items = { fields: [text('ITEM_ID'), category('GENRES')], lines }
    group = await createWorld(server, 'genres', { Items, Interactions: { fields: EVENT_FIELDS, lines: events() } })
  })
  after(() => server[Symbol.asyncDispose]())

  it('says nothing of a new item, which came after the training or before it', async () => {
    const datasetArn = 'arn:aws:personalize:us-east-1:000000000000:dataset/genres/ITEMS'
    const items = ['b', 'unheard of|b'].map(genres => ({
      itemId: `new ${genres[0]}`,
      properties: JSON.stringify({ genres }),
    }))
    for (const when of ['after', 'before']) {
      const { arn: campaignArn } = await trainRecipe(server, group, 'aws-personalized-ranking-v2')
      if (when === 'after') await server.events.send(new PutItemsCommand({ datasetArn, items }))
      const inputList = [...items.map(({ itemId }) => itemId!), 'cd-2', 'bc-1']
      const command = new GetPersonalizedRankingCommand({ campaignArn, userId: 'user-1', inputList })
      const { personalizedRanking = [] } = await server.runtime.send(command)
      const [plain, odd] = items.map(({ itemId }) => personalizedRanking.find(one => one.itemId === itemId)!.score)
      assert.equal(odd, plain, `${when} the training`)
    }
  })
})
