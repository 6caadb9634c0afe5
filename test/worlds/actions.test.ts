import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { PutActionsCommand } from '@aws-sdk/client-personalize-events'
import { GetActionRecommendationsCommand } from '@aws-sdk/client-personalize-runtime'
import { assertActive, importFrom, putFile } from '#test/jobs.ts'
import { createMarket, deploy, TASTES, USERS_EACH } from '#test/market.ts'
import { createDataset, startTestServer, type TestServer } from '#test/server.ts'

const ACTIONS = ['app', 'club', 'mail', 'phone']
const DAY = 86_400
const START = 1_000_000

/** Each user meets four actions at the same moments. Members take them three times in four, guests one time in four. */
function alike(): string[] {
  const lines: string[] = []
  for (const { membership } of TASTES)
    for (let user = 0; user < USERS_EACH; user++)
      for (let time = 0; time < 4; time++)
        for (const action of (user + time) % 2 === 0 ? ACTIONS : ACTIONS.toReversed()) {
          const isTaken = membership === 'Member' ? time !== user % 4 : time === user % 4
          lines.push(`${membership}-${user},${action},${isTaken ? 'TAKEN' : 'NOT_TAKEN'},${START + time * DAY + user},`)
        }
  return lines
}

describe('aws-next-best-action, of actions that were taken alike', () => {
  let server: TestServer
  let campaignArn: string
  let datasetArn: string
  before(async () => {
    server = await startTestServer()
    const { datasetGroupArn } = await createMarket(server)
    const actions = await createDataset(server, 'Actions', { group: 'market' })
    const events = await createDataset(server, 'Action_Interactions', { group: 'market' })
    datasetArn = actions.datasetArn
    await value({})
    const csv = ['USER_ID,ACTION_ID,EVENT_TYPE,TIMESTAMP,DEVICE', ...alike()].join('\n')
    assertActive(await importFrom(server, events.datasetArn, await putFile(server, 'actions.csv', csv)))
    campaignArn = await deploy(server, datasetGroupArn, 'aws-next-best-action')
  })
  after(() => server[Symbol.asyncDispose]())

  /** Puts the actions with these values. The other actions have no value. */
  const value = (values: Readonly<Record<string, number>>) => {
    const actions = ACTIONS.map(actionId => ({ actionId, properties: JSON.stringify({ value: values[actionId] }) }))
    return server.events.send(new PutActionsCommand({ datasetArn, actions }))
  }
  const ask = async (userId: string) => {
    const { actionList } = await server.runtime.send(new GetActionRecommendationsCommand({ campaignArn, userId }))
    return actionList!
  }
  const USERS = ['Member-3', 'Guest-7', 'Guest-8', 'nobody']

  for (const [what, values] of [
    ['no value', {}],
    ['the same value', { app: 5, club: 5, mail: 5, phone: 5 }],
    ['other values', { app: 1, club: 10, mail: 3, phone: 2 }],
  ] as const)
    it(`returns the same score for actions of ${what}`, async () => {
      await value(values)
      for (const user of USERS) {
        const list = await ask(user)
        assert.equal(list.length, 4)
        assert.ok(list[0]!.score! > 0)
        assert.equal(new Set(list.map(({ score }) => score)).size, 1, JSON.stringify(list))
        assert.deepEqual(await ask(user), list)
      }
    })

  for (const [values, order] of [
    [{ app: 1, club: 10, mail: 3, phone: 2 }, ['club', 'mail', 'phone', 'app']],
    [{ app: 10, club: 1, mail: 2, phone: 3 }, ['app', 'phone', 'mail', 'club']],
    // An action without a value comes after those with one, and equal ones stay in their order.
    [{ phone: 1, mail: 4 }, ['mail', 'phone', 'app', 'club']],
    [{ app: 2, club: 2, mail: 9, phone: 2 }, ['mail', 'app', 'club', 'phone']],
  ] as const)
    it(`ranks the more valuable first: ${JSON.stringify(values)}`, async () => {
      await value(values)
      for (const user of USERS)
        assert.deepEqual(
          (await ask(user)).map(({ actionId }) => actionId),
          order,
          user,
        )
    })
})
