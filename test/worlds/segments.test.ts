import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { PutItemsCommand } from '@aws-sdk/client-personalize-events'
import { segment } from '#test/batches.ts'
import { assertActive } from '#test/jobs.ts'
import { train } from '#test/market.ts'
import { startTestServer, type TestServer } from '#test/server.ts'
import { createRandom } from '../../src/engine/math/random.ts'
import { category, createWorld, EVENT_FIELDS, eventsInto, text, type World } from './world.ts'

const CAMPS = ['rock', 'jazz'] as const
const WORDS = { rock: 'loud guitars and drums of a rock band', jazz: 'quiet saxophone and swing of a jazz quartet' }
const USERS = 480
const EACH = USERS / 2
const ITEMS_EACH = 25

/** Whether the user's record, if there is one, names the wrong camp. */
const isMisjudged = (user: number) => user % 16 > 13

/**
 * Two camps of taste that never mix. A third of the users has no record, and the record of one in eight others names
 * the wrong camp. The items' texts name the camp, among words that all have.
 */
function camps(): World {
  const random = createRandom(23)
  const users: string[] = []
  const events: string[] = []
  for (let user = 0; user < USERS; user++) {
    const camp = CAMPS[user % 2]!
    if (user % 6 > 1) users.push(`${camp}-${user},fan of ${isMisjudged(user) ? CAMPS[(user + 1) % 2] : camp}`)
    for (let event = 0; event < 6; event++)
      events.push(
        `${camp}-${user},${camp}-item-${Math.floor(ITEMS_EACH * random())},click,${1_000_000 + 500 * event + user}`,
      )
  }
  return {
    Users: { fields: [text('USER_ID'), category('TASTE')], lines: users },
    Items: {
      fields: [
        text('ITEM_ID'),
        category('SHELF'),
        { name: 'DESCRIPTION', type: ['null', 'string'], textual: true } as { name: string },
      ],
      lines: CAMPS.flatMap(camp =>
        Array.from({ length: ITEMS_EACH }, (_, item) => {
          return `${camp}-item-${item},${camp === 'rock' ? 'left' : 'right'},A record from our shop with ${WORDS[camp]} for your home`
        }),
      ),
    },
    Interactions: { fields: EVENT_FIELDS, lines: events },
  }
}

describe('segments of users', () => {
  let server: TestServer
  const trained = new Map<string, string>()
  before(async () => {
    server = await startTestServer()
    const group = await createWorld(server, 'camps', camps())
    for (const recipe of ['aws-item-affinity', 'aws-item-attribute-affinity']) {
      const version = await train(server, group, recipe)
      assertActive(version)
      trained.set(recipe, version.solutionVersionArn!)
    }
    const datasetArn = `${group.replace('dataset-group', 'dataset')}/ITEMS`
    const items = CAMPS.map(camp => {
      const properties = JSON.stringify({ shelf: `new for ${camp}`, description: `The ${WORDS[camp]}` })
      return { itemId: `new-${camp}`, properties }
    })
    await server.events.send(new PutItemsCommand({ datasetArn, items }))
    // New users have events alone.
    const put = await eventsInto(server, group)
    const sentAt = new Date('2026-11-23T11:00:00Z')
    for (const camp of CAMPS)
      await put(
        `${camp}-visitor`,
        Array.from({ length: 6 }, (_, n) => ({ eventType: 'click', itemId: `${camp}-item-${n}`, sentAt })),
      )
  })
  after(() => server[Symbol.asyncDispose]())

  const usersFor = async (recipe: string, line: object, numResults: number = EACH) => {
    const { job, files } = await segment(server, [line], { solutionVersionArn: trained.get(recipe), numResults })
    assertActive(job)
    const { output, error } = files['in.json.out']![0]!
    assert.equal(error, null)
    return output!.usersList
  }
  const ofCamp = (users: readonly string[], camp: string) => users.filter(user => user.startsWith(camp)).length

  const QUERIES = [
    ['aws-item-affinity', 'a known item', (camp: string) => ({ itemId: `${camp}-item-3` }), EACH / 2],
    ['aws-item-affinity', 'a new item that its words describe', (camp: string) => ({ itemId: `new-${camp}` }), EACH],
    [
      'aws-item-attribute-affinity',
      'known items',
      (camp: string) => ({ itemAttributes: `ITEMS.shelf = "${camp === 'rock' ? 'left' : 'right'}"` }),
      EACH,
    ],
    [
      'aws-item-attribute-affinity',
      'new items that their words describe',
      (camp: string) => ({ itemAttributes: `ITEMS.shelf = "new for ${camp}"` }),
      EACH,
    ],
  ] as const
  for (const [recipe, what, lineOf, size] of QUERIES)
    it(`are of the camp of ${what}, also against the Users dataset: ${recipe}`, async () => {
      for (const camp of CAMPS) {
        const users = await usersFor(recipe, lineOf(camp), size)
        assert.equal(users.length, size)
        assert.ok(ofCamp(users, camp) >= 0.98 * size, users.join())
        if (size < EACH) continue
        const numbers = users.map(user => Number(user.split('-')[1]))
        const isWithout = (user: number) => user % 6 < 2
        assert.ok(numbers.filter(isWithout).length > 0.25 * size, users.join())
        assert.ok(numbers.filter(user => !isWithout(user) && isMisjudged(user)).length > 0.04 * size, users.join())
      }
    })

  it('have users without a record who came after the training', async () => {
    for (const camp of CAMPS) {
      const users = await usersFor('aws-item-attribute-affinity', { itemAttributes: `ITEMS.shelf = "new for ${camp}"` })
      assert.ok(users.includes(`${camp}-visitor`), users.join())
    }
  })
})
