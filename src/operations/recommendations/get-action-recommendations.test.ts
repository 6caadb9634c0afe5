import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { CreateFilterCommand, DescribeDatasetCommand } from '@aws-sdk/client-personalize'
import { PutActionInteractionsCommand, PutActionsCommand, PutUsersCommand } from '@aws-sdk/client-personalize-events'
import {
  GetActionRecommendationsCommand,
  type GetActionRecommendationsCommandInput,
} from '@aws-sdk/client-personalize-runtime'
import { assertActive, importFrom, putFile } from '#test/jobs.ts'
import { createMarket, deploy, type Market } from '#test/market.ts'
import { assertRefused } from '#test/refused.ts'
import { createDataset, startTestServer, type TestServer } from '#test/server.ts'
import { openInspection } from '../../cli/client.ts'
import { openClock } from '../../clock.ts'
import { LOCAL_KEY } from '../../config/config.ts'
import { now } from '../../recommender/request/clock.ts'

const DAY = 86_400
const seconds = () => Math.floor(now(openClock()) / 1000)

describe('GetActionRecommendations', () => {
  let server: TestServer
  let market: Market
  let actions: string
  let trackingId: string
  let campaignArn: string
  before(async () => {
    server = await startTestServer()
    market = await createMarket(server)
    const fields = [
      { name: 'ACTION_ID', type: 'string' },
      { name: 'CHANNEL', type: ['null', 'string'], categorical: true },
      { name: 'VALUE', type: ['null', 'long'] },
      { name: 'EXPIRATION_TIMESTAMP', type: ['null', 'long'] },
      { name: 'REPEAT_FREQUENCY', type: ['null', 'long'] },
    ]
    actions = (await createDataset(server, 'Actions', { group: 'market', fields })).datasetArn
    const interactions = await createDataset(server, 'Action_Interactions', { group: 'market' })
    const described = new DescribeDatasetCommand({ datasetArn: interactions.datasetArn })
    trackingId = (await server.personalize.send(described)).dataset!.trackingId!
    await put('join-club', {})
    await put('leave-club', {})
    const began = seconds()
    const lines = ['USER_ID,ACTION_ID,EVENT_TYPE,TIMESTAMP,DEVICE']
    // Guests join the club, members leave it.
    for (let user = 0; user < 60; user++)
      for (const [membership, taken, not] of [
        ['Guest', 'join-club', 'leave-club'],
        ['Member', 'leave-club', 'join-club'],
      ]) {
        lines.push(`${membership}-${user},${taken},TAKEN,${began - 20 * DAY - user},`)
        lines.push(`${membership}-${user},${not},NOT_TAKEN,${began - 20 * DAY - user},`)
      }
    const location = await putFile(server, 'actions.csv', lines.join('\n'))
    assertActive(await importFrom(server, interactions.datasetArn, location))
    campaignArn = await deploy(server, market.datasetGroupArn, 'aws-next-best-action')
  })
  after(() => server[Symbol.asyncDispose]())

  const put = (actionId: string, properties: object) =>
    server.events.send(
      new PutActionsCommand({ datasetArn: actions, actions: [{ actionId, properties: JSON.stringify(properties) }] }),
    )
  const ask = async (userId: string, more: Partial<GetActionRecommendationsCommandInput> = {}) => {
    const command = new GetActionRecommendationsCommand({ campaignArn, userId, ...more })
    return (await server.runtime.send(command)).actionList!
  }
  const scored = async (userId: string) =>
    (await ask(userId)).filter(({ score }) => score! > 0).map(({ actionId }) => actionId)

  it('recommends first the actions of similar users, with a likelihood as score', async () => {
    const users = ['Guest', 'Member'].map((membershipType, i) => ({
      userId: `new-${i}`,
      properties: JSON.stringify({ membershipType }),
    }))
    await server.events.send(new PutUsersCommand({ datasetArn: market.users, users }))
    assert.deepEqual(await scored('new-0'), ['join-club', 'leave-club'])
    assert.deepEqual(await scored('new-1'), ['leave-club', 'join-club'])
    const [first, second] = await ask('new-0')
    assert.ok(first!.score! > 0.6 && first!.score! <= 1 && second!.score! < 0.4)
  })

  it('leaves out actions that have expired by now', async () => {
    await put('join-club', { expirationTimestamp: seconds() - 1 })
    assert.deepEqual(await scored('new-0'), ['leave-club'])
    await put('join-club', { expirationTimestamp: seconds() + DAY })
    assert.deepEqual(await scored('new-0'), ['join-club', 'leave-club'])
  })

  it('postpones an action that the user took a moment ago', async () => {
    await put('join-club', { repeatFrequency: 7 })
    const interaction = {
      actionId: 'join-club',
      userId: 'new-0',
      sessionId: 's',
      eventType: 'TAKEN',
      timestamp: new Date(seconds() * 1000),
    }
    await server.events.send(new PutActionInteractionsCommand({ trackingId, actionInteractions: [interaction] }))
    assert.ok(!(await ask('new-0')).some(({ actionId }) => actionId === 'join-club'))
    assert.ok((await ask('new-2')).some(({ actionId }) => actionId === 'join-club'))
  })

  it('tries an action that was put a moment ago, with score 0', async () => {
    await put('fresh', { value: 10 })
    const found = await ask('new-1')
    assert.deepEqual(
      found.find(({ actionId }) => actionId === 'fresh'),
      { actionId: 'fresh', score: 0 },
    )
  })

  it('filters by actions and by action interactions', async () => {
    const { datasetGroupArn } = market
    const filterExpression = 'EXCLUDE ActionID WHERE Action_Interactions.EVENT_TYPE IN ("TAKEN")'
    const command = new CreateFilterCommand({ name: 'not-again', datasetGroupArn, filterExpression })
    const { filterArn } = await server.personalize.send(command)
    const found = await ask('Member-1', { filterArn })
    assert.ok(!found.some(({ actionId }) => actionId === 'leave-club'))
  })

  it('leaves out an action that has expired by the clock of the server', async () => {
    const inspect = openInspection(server.url, LOCAL_KEY)
    const setClock = (time: string) => inspect('POST', '/inspect/clock', { body: { time } })
    await put('leave-club', { expirationTimestamp: Date.parse('2031-06-01') / 1000 })
    const isOffered = async () => (await ask('Member-5')).some(({ actionId }) => actionId === 'leave-club')
    await setClock('2031-05-31T23:59:59Z')
    assert.equal(await isOffered(), true)
    await setClock('2031-06-01T00:00:01Z')
    assert.equal(await isOffered(), false)
    await inspect('DELETE', '/inspect/clock')
    assert.equal(await isOffered(), true)
  })

  it('answers pinned actions', async () => {
    const inspect = openInspection(server.url, LOCAL_KEY)
    const pin = { campaignArn, userId: 'Guest-3', actions: ['leave-club', 'join-club'] }
    await inspect('PUT', '/inspect/pins', { body: pin })
    assert.deepEqual(await inspect('GET', '/inspect/pins'), { pins: [pin] })
    const pinned = [
      { actionId: 'leave-club', score: 0.6666667 },
      { actionId: 'join-club', score: 0.3333333 },
    ]
    assert.deepEqual(await ask('Guest-3'), pinned)
    assert.notDeepEqual(await ask('Guest-4'), pinned)
    const wrong = { campaignArn, items: ['drama-1'] }
    await assert.rejects(inspect('PUT', '/inspect/pins', { body: wrong }), /items is wrong for aws-next-best-action/)
    await inspect('DELETE', '/inspect/pins')
  })

  it('takes up to 100 results', async () => {
    await assertRefused(ask('a', { numResults: 101 }), ['InvalidInputException', 400], /^numResults/)
  })
})
