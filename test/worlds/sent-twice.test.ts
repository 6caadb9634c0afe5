import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { startTestServer, type TestServer } from '#test/server.ts'
import { createRandom } from '../../src/engine/math/random.ts'
import { createWorld, EVENT_FIELDS, eventsInto, type Trained, trainRecipe } from './world.ts'

/** The moment of the test server, in seconds. */
const NOW = Date.parse('2026-11-23T12:00:00Z') / 1000
const MINUTE = 60_000
const SENT = 3

/** 200 users of two camps, who click eight different items each; the tracker sends every click three times. */
function lines(): readonly string[] {
  const random = createRandom(3)
  return Array.from({ length: 200 }, (_, user) => {
    const items = new Set<number>()
    while (items.size < 8) items.add(Math.floor(40 * random() ** 2))
    const times = [...items].map((item, at) => [`${user % 2 ? 'a' : 'b'}-${item}`, NOW - 100_000 + 1000 * at + user])
    return times.flatMap(([item, time]) => Array<string>(SENT).fill(`user-${user},${item},click,${time}`))
  }).flat()
}

describe('a tracker that sends every event three times', () => {
  let server: TestServer
  let put: Awaited<ReturnType<typeof eventsInto>>
  let trained: Trained
  before(async () => {
    server = await startTestServer()
    const group = await createWorld(server, 'sent-twice', { Interactions: { fields: EVENT_FIELDS, lines: lines() } })
    trained = await trainRecipe(server, group, 'aws-user-personalization-v2')
    put = await eventsInto(server, group)
  })
  after(() => server[Symbol.asyncDispose]())

  it('does not make users come back to what they just clicked', async () => {
    for (const itemId of ['a-3', 'b-5', 'a-20']) {
      const sentAt = (n: number) => new Date(1000 * NOW - MINUTE + 20 * n)
      await put(
        itemId,
        Array.from({ length: SENT }, (_, n) => ({ eventType: 'click', itemId, sentAt: sentAt(n) })),
      )
      const list = await trained.list({ userId: itemId })
      assert.ok(!list.includes(itemId), `${itemId}: ${list}`)
      assert.ok(list.filter(item => item[0] === itemId[0]).length >= 9, `${itemId}: ${list}`)
    }
  })
})
