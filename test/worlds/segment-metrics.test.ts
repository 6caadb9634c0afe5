import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { GetSolutionMetricsCommand } from '@aws-sdk/client-personalize'
import { segment } from '#test/batches.ts'
import { assertActive } from '#test/jobs.ts'
import { train } from '#test/market.ts'
import { startTestServer, type TestServer } from '#test/server.ts'
import { createRandom } from '../../src/engine/math/random.ts'
import { createWorld, EVENT_FIELDS, type World } from './world.ts'

const [USERS, ITEMS, TASTES] = [600, 60, 4]
/** K of the metrics: a hundredth of the users. */
const SEGMENT = USERS / 100
const allItems = Array.from({ length: ITEMS }, (_, item) => `item-${item}`)

/** The items of each user's events, the oldest first: mostly of one taste, some users more active than others. */
function historiesOf(seed: number): readonly (readonly string[])[] {
  const random = createRandom(seed)
  const upTo = (count: number) => Math.floor(count * random())
  return Array.from({ length: USERS }, (_, user) =>
    Array.from({ length: 5 + upTo(20) }, () => {
      const taste = random() < 0.2 ? upTo(TASTES) : user % TASTES
      return allItems[taste + TASTES * Math.floor((ITEMS / TASTES) * random() ** 2)]!
    }),
  )
}

const worldOf = (histories: readonly (readonly string[])[]): World => ({
  Interactions: {
    fields: EVENT_FIELDS,
    lines: histories.flatMap((items, user) => items.map((item, at) => `user-${user},${item},click,${1e6 + 60 * at}`)),
  },
})

/** How many of a user's events are the newest fifth that the metrics ask for. */
const newestOf = ({ length }: readonly string[]) => Math.max(1, Math.round(0.2 * length))

describe('the metrics of segments', () => {
  const histories = historiesOf(31)
  const oldest = histories.map(items => items.slice(0, -newestOf(items)))
  let server: TestServer
  before(async () => {
    server = await startTestServer()
  })
  after(() => server[Symbol.asyncDispose]())

  it('are those of the segments that a version serves which knows the oldest four fifths of the events', async () => {
    const recipe = 'aws-item-affinity'
    const { solutionVersionArn } = await train(server, await createWorld(server, 'all', worldOf(histories)), recipe)
    const { metrics } = await server.personalize.send(new GetSolutionMetricsCommand({ solutionVersionArn }))
    const known = await train(server, await createWorld(server, 'oldest', worldOf(oldest)), recipe)
    const { job, files } = await segment(
      server,
      allItems.map(itemId => ({ itemId })),
      { solutionVersionArn: known.solutionVersionArn, numResults: SEGMENT },
    )
    assertActive(job)
    const segments = files['in.json.out']!.map(({ output }) => output!.usersList)
    const takers = allItems.map(item =>
      histories.flatMap((items, user) => (items.slice(-newestOf(items)).includes(item) ? `user-${user}` : [])),
    )
    const asked = [...takers.keys()].filter(at => takers[at]!.length > 0)
    const hitsOf = (at: number) => segments[at]!.filter(user => takers[at]!.includes(user)).length
    const meanOf = (value: (at: number) => number) => asked.reduce((sum, at) => sum + value(at), 0) / asked.length
    const served = { hit_at_k: meanOf(hitsOf), recall_at_k: meanOf(at => hitsOf(at) / takers[at]!.length) }
    // The items of both trainings are numbered otherwise, and so their questions choose other weights of habits.
    for (const [name, value] of Object.entries(served))
      assert.ok(
        Math.abs(metrics![name]! - value) < 0.2 * value,
        `${name}: ${metrics![name]} is reported, ${value} served`,
      )
  })
})
