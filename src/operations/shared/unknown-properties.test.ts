import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { CreateSchemaCommand, DescribeDatasetCommand, UpdateDatasetCommand } from '@aws-sdk/client-personalize'
import {
  PutActionInteractionsCommand,
  PutActionsCommand,
  PutEventsCommand,
  PutItemsCommand,
  PutUsersCommand,
} from '@aws-sdk/client-personalize-events'
import { inspect } from '#test/http.ts'
import { assertRefused, INVALID } from '#test/refused.ts'
import { createDataset, createTracker, startTestServer, type TestServer } from '#test/server.ts'
import type { Dataset } from '../../datasets/of-group.ts'
import { parseSchema } from '../../datasets/schema.ts'
import { NAMES_MAX, OTHERS, openUnknownProperties } from './unknown-properties.ts'

type Counted = { unknownProperties: { name: string; count: number; perhaps?: string }[] }

describe('properties that are not fields of the schema', () => {
  let server: TestServer
  const arns = { Users: '', Items: '', Actions: '', Interactions: '', Action_Interactions: '' }
  let tracker: string
  let actionTracker: string

  before(async () => {
    server = await startTestServer()
    for (const type of Object.keys(arns) as (keyof typeof arns)[])
      arns[type] = (await createDataset(server, type)).datasetArn
    const datasetGroupArn = 'arn:aws:personalize:us-east-1:000000000000:dataset-group/shop'
    tracker = await createTracker(server, datasetGroupArn)
    const datasetArn = arns.Action_Interactions
    const { dataset } = await server.personalize.send(new DescribeDatasetCommand({ datasetArn }))
    actionTracker = dataset!.trackingId!
  })
  after(() => server[Symbol.asyncDispose]())

  const counted = async (datasetArn: string) =>
    (await inspect<Counted>(server, '/inspect/count', { datasetArn })).unknownProperties
  const putUser = (properties: string) =>
    server.events.send(new PutUsersCommand({ datasetArn: arns.Users, users: [{ userId: 'ann', properties }] }))

  it('are counted for each dataset and name, in all Put calls', async () => {
    const properties = '{"colour":"red","device":"tv","channel":"mail"}'
    const [sessionId, eventType, now] = ['s', 'Taken', new Date(10_000)]
    const { events } = server
    await events.send(
      new PutItemsCommand({ datasetArn: arns.Items, items: ['i1', 'i2'].map(itemId => ({ itemId, properties })) }),
    )
    await events.send(new PutActionsCommand({ datasetArn: arns.Actions, actions: [{ actionId: 'a', properties }] }))
    const event = { sentAt: now, eventType, itemId: 'i', properties }
    await events.send(new PutEventsCommand({ trackingId: tracker, sessionId, eventList: [event] }))
    const taken = { actionId: 'a', timestamp: now, sessionId, eventType, properties }
    await events.send(new PutActionInteractionsCommand({ trackingId: actionTracker, actionInteractions: [taken] }))
    const names = async (arn: string) => (await counted(arn)).map(({ name, count }) => `${name} ${count}`)
    assert.deepEqual(await names(arns.Items), ['colour 2', 'device 2', 'channel 2'])
    assert.deepEqual(await names(arns.Actions), ['colour 1', 'device 1'])
    for (const arn of [arns.Interactions, arns.Action_Interactions])
      assert.deepEqual(await names(arn), ['colour 1', 'channel 1'])
    assert.deepEqual(await counted(arns.Users), [])
  })

  it('are shown in /metrics, with the field that the client probably means', async () => {
    await putUser('{"membershipTyp":"gold","say \\"hi\\"\\n":1}')
    assert.deepEqual(await counted(arns.Users), [
      { name: 'membershipTyp', count: 1, perhaps: 'membershipType' },
      { name: 'say "hi"\uFFFD', count: 1 },
    ])
    const text = await (await fetch(`${server.url}/metrics`)).text()
    const series = (property: string) =>
      `personalite_unknown_properties_total{dataset="shop/USERS",property="${property}"} 1\n`
    for (const property of ['membershipTyp', 'say \\"hi\\"\uFFFD']) assert.ok(text.includes(series(property)), text)
  })

  it('do not count where the call is refused', async () => {
    const before = await counted(arns.Users)
    await assertRefused(putUser('{"membershipTyp":"gold","age":"old"}'), INVALID, /age must be an int/)
    assert.deepEqual(await counted(arns.Users), before)
  })

  it('are forgotten when the schema is replaced, since the new one may have them', async () => {
    const field = (name: string, type: unknown) => ({ name, type })
    const { schemaArn } = await server.personalize.send(
      new CreateSchemaCommand({
        name: 'with-height',
        schema: JSON.stringify({
          type: 'record',
          name: 'Users',
          namespace: 'com.amazonaws.personalize.schema',
          fields: [
            field('USER_ID', 'string'),
            field('AGE', ['null', 'int']),
            { ...field('MEMBERSHIP_TYPE', ['null', 'string']), categorical: true },
            field('LOYALTY_NUMBER', ['null', 'long']),
            field('HEIGHT', ['null', 'int']),
          ],
          version: '1.0',
        }),
      }),
    )
    await putUser('{"height":170}')
    await server.personalize.send(new UpdateDatasetCommand({ datasetArn: arns.Users, schemaArn }))
    assert.deepEqual(await counted(arns.Users), [])
    await putUser('{"height":170}')
    assert.deepEqual(await counted(arns.Users), [])
  })
})

describe('the count of unknown properties', () => {
  const schema = parseSchema(
    JSON.stringify({
      type: 'record',
      name: 'Users',
      fields: [
        { name: 'USER_ID', type: 'string' },
        { name: 'AGE', type: 'int' },
      ],
    }),
  )
  const dataset = { arn: 'arn:users', schema } as Dataset
  const lines: (readonly [object, string])[] = []
  const open = () => {
    lines.length = 0
    return openUnknownProperties('ignore', {
      warn: (...line: unknown[]) => void lines.push(line as [object, string]),
    } as never)
  }

  it('logs each name once, with the field that it may be', () => {
    const unknown = open()
    unknown.count(dataset, ['aeg', 'colour', 'aeg'])
    unknown.count(dataset, ['aeg'])
    assert.deepEqual(
      lines.map(([fields]) => fields),
      [
        { datasetArn: 'arn:users', property: 'aeg', perhaps: 'age' },
        { datasetArn: 'arn:users', property: 'colour', perhaps: undefined },
      ],
    )
    assert.equal(unknown.of('arn:users')[0]!.count, 3)
  })

  it('keeps a limited number of names, cut at 100 characters, and counts the rest under one', () => {
    const unknown = open()
    const names = Array.from({ length: NAMES_MAX + 50 }, (_, i) => `${i}`.padStart(3, '0') + 'x'.repeat(500))
    unknown.count(dataset, names)
    unknown.count(dataset, names)
    const found = unknown.of('arn:users')
    assert.equal(found.length, NAMES_MAX + 1)
    assert.ok(found.every(({ name }) => name.length <= 100))
    assert.deepEqual(found.at(-1), { name: OTHERS, count: 100, perhaps: undefined })
    assert.equal(lines.length, NAMES_MAX + 1)
  })
})
