import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { PutActionsCommand } from '@aws-sdk/client-personalize-events'
import { GetActionRecommendationsCommand } from '@aws-sdk/client-personalize-runtime'
import { assertActive, importFrom, putFile } from '#test/jobs.ts'
import { deploy } from '#test/market.ts'
import { createDataset, startTestServer, type TestServer } from '#test/server.ts'
import { createRandom } from '../../src/engine/math/random.ts'
import { category, createWorld, EVENT_FIELDS, eventsInto, text } from './world.ts'

const AISLES = ['jewelry', 'beauty'] as const
const ITEMS_EACH = 12
const USERS = 240
const START = 1_760_000_000

/** Each user looks at items of one aisle, and joins its club. Users differ in nothing else. */
function visits() {
  const random = createRandom(31)
  const events: string[] = []
  const decisions = ['USER_ID,ACTION_ID,EVENT_TYPE,TIMESTAMP,DEVICE']
  for (let user = 0; user < USERS; user++) {
    const aisle = AISLES[user % 2]!
    for (let event = 0; event < 6; event++)
      events.push(`user-${user},${aisle}-${Math.floor(ITEMS_EACH * random())},view,${START + 1000 * event + user}`)
    for (const club of AISLES) {
      const isTaken = random() < (club === aisle ? 0.85 : 0.1)
      decisions.push(`user-${user},join-${club},${isTaken ? 'TAKEN' : 'NOT_TAKEN'},${START + 86_400 + user},`)
    }
  }
  return { events, decisions }
}

for (const hasItems of [true, false])
  describe(`actions for users with different interests, ${hasItems ? 'with' : 'without'} an Items dataset`, () => {
    let server: TestServer
    let campaignArn: string
    let put: Awaited<ReturnType<typeof eventsInto>>
    before(async () => {
      server = await startTestServer()
      const { events, decisions } = visits()
      const items = AISLES.flatMap(aisle => Array.from({ length: ITEMS_EACH }, (_, n) => `${aisle}-${n},${aisle}`))
      const group = await createWorld(server, 'shop', {
        Items: hasItems ? { fields: [text('ITEM_ID'), category('AISLE')], lines: items } : undefined,
        Interactions: { fields: EVENT_FIELDS, lines: events },
      })
      const { datasetArn } = await createDataset(server, 'Actions', { group: 'shop' })
      const actions = AISLES.map(aisle => ({ actionId: `join-${aisle}`, properties: '{}' }))
      await server.events.send(new PutActionsCommand({ datasetArn, actions }))
      const taken = await createDataset(server, 'Action_Interactions', { group: 'shop' })
      const location = await putFile(server, 'decisions.csv', decisions.join('\n'))
      assertActive(await importFrom(server, taken.datasetArn, location))
      campaignArn = await deploy(server, group, 'aws-next-best-action')
      put = await eventsInto(server, group)
    })
    after(() => server[Symbol.asyncDispose]())

    const ask = async (userId: string) => {
      const { actionList } = await server.runtime.send(new GetActionRecommendationsCommand({ campaignArn, userId }))
      return actionList!
    }

    it('fit the items that a user looks at', async () => {
      for (let user = 0; user < 20; user++) {
        const list = await ask(`user-${user}`)
        assert.equal(list[0]!.actionId, `join-${AISLES[user % 2]}`, JSON.stringify(list))
        assert.ok(list[0]!.score! > 0.6 && list[1]!.score! < 0.5, JSON.stringify(list))
      }
    })

    it('follow the events that are put', async () => {
      const sentAt = new Date('2026-11-23T11:00:00Z')
      for (const aisle of AISLES) {
        const events = Array.from({ length: 6 }, (_, n) => ({ eventType: 'view', itemId: `${aisle}-${n}`, sentAt }))
        await put(`new-${aisle}`, events)
        assert.equal((await ask(`new-${aisle}`))[0]!.actionId, `join-${aisle}`)
      }
    })
  })
