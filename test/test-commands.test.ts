import assert from 'node:assert/strict'
import { after, afterEach, before, describe, it } from 'node:test'
import {
  CreateDatasetCommand,
  CreateDatasetGroupCommand,
  CreateEventTrackerCommand,
  CreateRecommenderCommand,
  CreateSchemaCommand,
  DescribeRecommenderCommand,
  ListDatasetGroupsCommand,
} from '@aws-sdk/client-personalize'
import { PutActionsCommand, PutEventsCommand } from '@aws-sdk/client-personalize-events'
import {
  GetActionRecommendationsCommand,
  GetRecommendationsCommand,
  type GetRecommendationsCommandInput,
} from '@aws-sdk/client-personalize-runtime'
import { assertActive, finished } from '#test/jobs.ts'
import { createMarket, deploy } from '#test/market.ts'
import { run } from '#test/program.ts'
import { clientsOf, createDataset } from '#test/server.ts'
import { type PersonaliteServer, startServer } from '../src/index.ts'

let server: PersonaliteServer
let clients: ReturnType<typeof clientsOf>
before(async () => {
  server = await startServer({ minimums: 'off', faults: 'on' })
  clients = clientsOf(server.url)
})
after(() => server.stop())

const personalite = (...args: string[]) => run(args, { AWS_ENDPOINT_URL: server.url })

/** The lines that a command prints. */
async function linesOf(...args: string[]): Promise<readonly string[]> {
  const { code, stdout, stderr } = await personalite(...args)
  assert.deepEqual({ code, stderr }, { code: 0, stderr: '' })
  return stdout.split('\n').slice(0, -1)
}

/** The one line in which a command says that it failed. */
async function refusalOf(...args: string[]): Promise<string> {
  const { code, stdout, stderr } = await personalite(...args)
  assert.deepEqual({ code, stdout }, { code: 1, stdout: '' })
  assert.match(stderr, /^personalite: [^\n]*\n$/)
  return stderr.slice('personalite: '.length, -1)
}

const nameOf = (arn: string) => arn.slice(arn.lastIndexOf('/') + 1)

describe('personalite pins', () => {
  let similar: string
  let actions: string
  let recommender: string
  before(async () => {
    const { datasetGroupArn } = await createMarket({ ...server, ...clients })
    similar = await deploy(clients, datasetGroupArn, 'aws-sims')
    actions = await deployActions(datasetGroupArn)
    recommender = await createPopular()
  })
  afterEach(() => server.unpin())

  const itemsFor = async (input: GetRecommendationsCommandInput) => {
    const { itemList } = await clients.runtime.send(new GetRecommendationsCommand(input))
    return itemList!.map(({ itemId }) => itemId)
  }

  it('pins the items of a campaign for an item, and for all others', async () => {
    assert.deepEqual(await linesOf('pins', 'list'), ['none'])
    const name = nameOf(similar)
    assert.deepEqual(await linesOf('pins', 'set', '--campaign', name, '--item', 'drama-1', 'comedy-2', 'drama-9'), [])
    assert.deepEqual(await linesOf('pins', 'set', '--campaign', similar, 'drama-3'), [])
    assert.deepEqual(await itemsFor({ campaignArn: similar, itemId: 'drama-1' }), ['comedy-2', 'drama-9'])
    assert.deepEqual(await itemsFor({ campaignArn: similar, itemId: 'drama-2' }), ['drama-3'])
  })

  it('lists and removes those of a place, or all', async () => {
    const name = nameOf(similar)
    await linesOf('pins', 'set', '--campaign', name, '--item', 'drama-1', 'comedy-2', 'drama-9')
    await linesOf('pins', 'set', '--campaign', name)
    const place = `campaign/${name}`
    assert.deepEqual(await linesOf('pins', 'list'), [
      `${'of'.padEnd(place.length)}  itemId   answer`,
      `${place}  drama-1  comedy-2 drama-9`,
      place,
    ])
    const { pins } = JSON.parse((await linesOf('pins', 'list', '--item', 'drama-1', '--json')).join(''))
    assert.deepEqual(pins, [{ campaignArn: similar, itemId: 'drama-1', items: ['comedy-2', 'drama-9'] }])
    assert.deepEqual(await linesOf('pins', 'remove', '--campaign', name, '--item', 'drama-1'), ['Removed: 1'])
    assert.deepEqual(await itemsFor({ campaignArn: similar, itemId: 'drama-1' }), [])
    assert.deepEqual(await linesOf('pins', 'remove'), ['Removed: 1'])
    assert.deepEqual(await linesOf('pins', 'list'), ['none'])
  })

  it('removes none where a name is blank, as an unset variable of a script is', async () => {
    await linesOf('pins', 'set', '--campaign', similar, 'drama-3')
    for (const [name, member] of [
      ['campaign', 'campaignArn'],
      ['recommender', 'recommenderArn'],
      ['user', 'userId'],
      ['item', 'itemId'],
    ] as const)
      assert.match(await refusalOf('pins', 'remove', `--${name}`, ''), new RegExp(`^${member} is blank in the query`))
    await assert.rejects(server.unpin(''), /campaignArn is blank/)
    assert.equal((await linesOf('pins', 'list')).length, 2)
  })

  it('pins the actions of a campaign that recommends actions, to a user', async () => {
    await linesOf('pins', 'set', '--campaign', nameOf(actions), '--user', 'Guest-1', 'leave', 'join')
    const command = new GetActionRecommendationsCommand({ campaignArn: actions, userId: 'Guest-1' })
    const { actionList } = await clients.runtime.send(command)
    assert.deepEqual(
      actionList!.map(({ actionId }) => actionId),
      ['leave', 'join'],
    )
  })

  it('pins the items of a recommender', async () => {
    await linesOf('pins', 'set', '--recommender', nameOf(recommender), 'seldom', 'often')
    assert.deepEqual(await itemsFor({ recommenderArn: recommender, userId: 'ann' }), ['seldom', 'often'])
    assert.deepEqual(await linesOf('pins', 'remove', '--recommender', nameOf(recommender)), ['Removed: 1'])
    assert.deepEqual(await itemsFor({ recommenderArn: recommender, userId: 'ann' }), ['often', 'seldom'])
  })

  it('says in one line why it pins nothing', async () => {
    const name = nameOf(similar)
    assert.match(
      await refusalOf('pins', 'set', 'drama-1'),
      /^name either the campaign with --campaign or the recommender/,
    )
    assert.match(await refusalOf('pins', 'set', '--campaign', 'x', 'drama-1'), /^there is no campaign x; there are: /)
    assert.match(await refusalOf('pins', 'set', '--campaign', name, 'dream-1'), /^items\.1: .* has no item "dream-1"/)
    assert.match(
      await refusalOf('pins', 'set', '--campaign', name, '--user', 'a', '--item', 'b', 'drama-1'),
      /^userId and itemId are both given/,
    )
    assert.deepEqual(await linesOf('pins', 'list'), ['none'])
  })

  async function deployActions(datasetGroupArn: string): Promise<string> {
    const { datasetArn } = await createDataset(clients, 'Actions', { group: 'market' })
    await createDataset(clients, 'Action_Interactions', { group: 'market' })
    const list = ['join', 'leave'].map(actionId => ({ actionId, properties: '{}' }))
    await clients.events.send(new PutActionsCommand({ datasetArn, actions: list }))
    return deploy(clients, datasetGroupArn, 'aws-next-best-action')
  }

  /** A recommender of the most viewed items. */
  async function createPopular(): Promise<string> {
    const { personalize, events } = clients
    const domain = 'ECOMMERCE'
    const { datasetGroupArn } = await personalize.send(new CreateDatasetGroupCommand({ name: 'views', domain }))
    const schema = JSON.stringify({
      type: 'record',
      name: 'Interactions',
      namespace: 'com.amazonaws.personalize.schema',
      fields: [
        ...['USER_ID', 'ITEM_ID', 'EVENT_TYPE'].map(name => ({ name, type: 'string' })),
        { name: 'TIMESTAMP', type: 'long' },
      ],
      version: '1.0',
    })
    const { schemaArn } = await personalize.send(new CreateSchemaCommand({ name: 'views', schema, domain }))
    const dataset = { name: 'views', datasetType: 'Interactions', datasetGroupArn, schemaArn }
    await personalize.send(new CreateDatasetCommand(dataset))
    const { trackingId } = await personalize.send(new CreateEventTrackerCommand({ name: 'views', datasetGroupArn }))
    const sentAt = new Date(1e9)
    const eventList = ['often', 'often', 'seldom'].map(itemId => ({ itemId, eventType: 'View', sentAt }))
    await events.send(new PutEventsCommand({ trackingId, userId: 'ann', sessionId: 'ann', eventList }))
    const recipeArn = 'arn:aws:personalize:::recipe/aws-ecomm-popular-items-by-views'
    const recommender = { name: 'popular', datasetGroupArn, recipeArn }
    const { recommenderArn } = await personalize.send(new CreateRecommenderCommand(recommender))
    const command = new DescribeRecommenderCommand({ recommenderArn })
    assertActive(await finished(async () => (await personalize.send(command)).recommender))
    return recommenderArn!
  }
})

describe('personalite clock', () => {
  afterEach(() => server.clock.release())

  it('stops at a time, is advanced, and is let go', async () => {
    assert.match((await linesOf('clock', 'show'))[0]!, /^\d{4}-[^ ]*Z$/)
    assert.deepEqual(await linesOf('clock', 'set', '2026-01-01T01:00:00+01:00'), ['2026-01-01T00:00:00.000Z, stopped'])
    assert.deepEqual(await linesOf('clock', 'advance', '3600.5'), ['2026-01-01T01:00:00.500Z, stopped'])
    const shown = JSON.parse((await linesOf('clock', 'show', '--json')).join(''))
    assert.deepEqual(shown, { time: '2026-01-01T01:00:00.500Z', stopped: true })
    assert.equal((await server.clock.time()).toISOString(), shown.time)
    assert.match((await linesOf('clock', 'release'))[0]!, /^\d{4}-[^ ]*Z$/)
  })

  it('says in one line why it does not move', async () => {
    await server.clock.set('2026-01-01')
    assert.match(await refusalOf('clock', 'set', 'tomorrow'), /^time must be a time such as .*, got tomorrow$/)
    assert.match(await refusalOf('clock', 'advance', 'soon'), /^seconds must be a number such as 3600, got soon$/)
    for (const seconds of ['-5', '-0.5'])
      assert.equal(
        await refusalOf('clock', 'advance', seconds),
        `seconds must be 0 or more, such as 3600, got ${seconds}: clock set moves it back`,
      )
    assert.match(await refusalOf('clock', 'advance', ''), /^seconds must be a number such as 3600, got $/)
    assert.match(await refusalOf('clock', 'advance', '1e9'), /^seconds must be a number such as 3600, got 1e9$/)
    assert.deepEqual(await linesOf('clock', 'show'), ['2026-01-01T00:00:00.000Z, stopped'])
  })
})

describe('personalite faults', () => {
  afterEach(() => server.faults.clear())

  const list = () => clients.personalize.send(new ListDatasetGroupsCommand({}))

  it('orders a fault in place of all before, counts who met it, and clears it', async () => {
    assert.deepEqual(await linesOf('faults', 'list'), ['none'])
    await linesOf('faults', 'set', '--latency', '60000')
    const once = ['--error', 'ThrottlingException', '--count', '1']
    assert.deepEqual(await linesOf('faults', 'set', '--operation', 'ListDatasetGroups', ...once), [
      'operation          error                latencyMs  rate  count  met',
      'ListDatasetGroups  ThrottlingException          0     1      1    0',
    ])
    await assert.rejects(list(), { name: 'ThrottlingException' })
    await list()
    const { faults } = JSON.parse((await linesOf('faults', 'list', '--json')).join(''))
    const fault = { operation: 'ListDatasetGroups', error: 'ThrottlingException', latencyMs: 0, rate: 1 }
    assert.deepEqual(faults, [{ ...fault, count: 1, met: 1 }])
    assert.deepEqual(await linesOf('faults', 'clear'), ['none'])
  })

  it('takes a delay and a rate', async () => {
    const [, row] = await linesOf('faults', 'set', '--latency', '1', '--error', 'ServiceUnavailable', '--rate', '0.5')
    assert.match(row!, /^ServiceUnavailable +1 +0\.5 +0$/)
    const outcomes = []
    for (let i = 0; i < 4; i++)
      outcomes.push(
        await list().then(
          () => 'answered',
          () => 'failed',
        ),
      )
    assert.deepEqual(outcomes.sort(), ['answered', 'answered', 'failed', 'failed'])
    assert.match((await linesOf('faults', 'list'))[1]!, / 2$/)
  })

  it('says in one line why it orders nothing', async () => {
    await linesOf('faults', 'set', '--error', 'InternalFailure', '--operation', 'PutUsers')
    const before = await linesOf('faults', 'list')
    for (const [args, message] of [
      [[], /^faults\.1 must have an error, a latencyMs above 0, or both$/],
      [['--error', 'Oops'], /^faults\.1\.error must be .*ThrottlingException.*, got "Oops"$/],
      [['--latency', ''], /^faults\.1\.latencyMs must be a .*number .*, got ""$/],
      [['--latency', '-5'], /^faults\.1\.latencyMs must be a .*number from 0 .*, got -5$/],
      [['--error', 'InternalFailure', '--rate', ' '], /^faults\.1\.rate must be a number from 0 to 1, got " "$/],
      [['--error', 'InternalFailure', '--count', 'Infinity'], /^faults\.1\.count must be a .*number .*"Infinity"$/],
      [['--latency', '0x10'], /^faults\.1\.latencyMs must be a .*number .*, got "0x10"$/],
      [['--latency', 'long'], /^faults\.1\.latencyMs must be a .*number .*, got "long"$/],
      [['--error', 'InternalFailure', '--rate', '2'], /^faults\.1\.rate must be a number from 0 to 1, got 2$/],
      [['--error', 'InternalFailure', '--count', '0.5'], /^faults\.1\.count must be a whole number .*, got 0\.5$/],
      [['--error', 'InternalFailure', '--operation', 'Get'], /^faults\.1\.operation must be the name of an operation/],
    ] as const)
      assert.match(await refusalOf('faults', 'set', ...args), message)
    assert.deepEqual(await linesOf('faults', 'list'), before)
  })

  it('needs a server with --faults', async () => {
    await using without = await startServer()
    const { code, stderr } = await run(['faults', 'list', '--endpoint', without.url])
    assert.deepEqual([code, stderr], [1, 'personalite: Faults are off: start the server with --faults\n'])
  })
})

describe('personalite reset', () => {
  it('empties a server in memory', async () => {
    await clients.personalize.send(new CreateDatasetGroupCommand({ name: 'emptied' }))
    await linesOf('clock', 'set', '2026-01-01')
    await linesOf('faults', 'set', '--operation', 'PutUsers', '--error', 'InternalFailure')
    assert.deepEqual(await linesOf('reset'), [])
    const { datasetGroups } = await clients.personalize.send(new ListDatasetGroupsCommand({}))
    assert.deepEqual(datasetGroups, [])
    assert.deepEqual(await linesOf('faults', 'list'), ['none'])
    assert.doesNotMatch((await linesOf('clock', 'show'))[0]!, /stopped/)
  })
})
