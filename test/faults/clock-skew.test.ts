import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { setTimeout } from 'node:timers/promises'
import {
  CreateSchemaCommand,
  DescribeSchemaCommand,
  ListDatasetImportJobsCommand,
  ListSchemasCommand,
} from '@aws-sdk/client-personalize'
import { serverTarget } from '../crash/server-target.ts'
import {
  assertRetried,
  assertWhole,
  type Cluster,
  counted,
  Outcomes,
  patientClients,
  startCluster,
  underLoad,
} from './cluster.ts'

const MINUTE_MS = 60_000
const CLOCKS = [10 * MINUTE_MS, -120 * MINUTE_MS]

describe('two servers whose clocks are 130 minutes apart', () => {
  let cluster: Cluster
  let clients: readonly ReturnType<typeof patientClients>[]
  before(async () => {
    cluster = await startCluster({ clocks: CLOCKS })
    clients = cluster.servers.map(({ url }) => patientClients(url))
  })
  after(async () => {
    for (const { personalize, events } of clients ?? []) for (const client of [personalize, events]) client.destroy()
    await cluster?.[Symbol.asyncDispose]()
  })

  it('keep the newest write, of either server', async () => {
    const outcomes = new Outcomes()
    await underLoad(cluster, 0, outcomes, () => setTimeout(1500))
    assertRetried(outcomes)
    await assertWhole(cluster, outcomes)
    console.log(`faults: clocks 130 minutes apart, ${counted(outcomes)}`)
  })

  it('return times in the order of creation', async () => {
    const schema = JSON.stringify({
      type: 'record',
      name: 'Users',
      fields: [
        { name: 'USER_ID', type: 'string' },
        { name: 'AGE', type: 'int' },
      ],
      version: '1.0',
    })
    const names = Array.from({ length: 6 }, (_, n) => `turn-${n}`)
    for (const [n, name] of names.entries())
      await clients[n % 2]!.personalize.send(new CreateSchemaCommand({ name, schema }))
    const { schemas } = await clients[0]!.personalize.send(new ListSchemasCommand({}))
    const times: number[] = []
    for (const { schemaArn, name } of schemas!.filter(({ name }) => names.includes(name!))) {
      const { schema } = await clients[1]!.personalize.send(new DescribeSchemaCommand({ schemaArn }))
      assert.equal(name, names[times.length])
      times.push(schema!.creationDateTime!.getTime())
    }
    assert.equal(times.length, names.length)
    assert.deepEqual(
      times,
      times.toSorted((a, b) => a - b),
    )
  })

  it('run each job once, requested at either, and end none before it began', async () => {
    const targets = await Promise.all(
      cluster.servers.map(({ url }, place) => serverTarget(url, cluster.dataDir, clients[place])),
    )
    for (const call of [1, 2, 3, 4]) await targets[call % 2]!.importUsers([{ id: 'imported', call }])
    const { datasetImportJobs } = await clients[0]!.personalize.send(new ListDatasetImportJobsCommand({}))
    assert.equal(datasetImportJobs!.length, 4)
    for (const { status, creationDateTime, lastUpdatedDateTime } of datasetImportJobs!) {
      assert.equal(status, 'ACTIVE')
      assert.ok(lastUpdatedDateTime! >= creationDateTime!)
    }
  })
})
