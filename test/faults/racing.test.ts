import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { PutUsersCommand } from '@aws-sdk/client-personalize-events'
import { createUsersDataset } from '#test/server.ts'
import { openStore } from '../../src/store/open.ts'
import type { Store } from '../../src/store/store.ts'
import { type Cluster, patientClients, roundsOf, startCluster } from './cluster.ts'

const ROUNDS = roundsOf(20)
const IDS = ['a', 'b', 'c']
const WRITERS = 12
const WRITES_EACH = 5

/** A write of one value into every field, and its time. */
interface Write {
  readonly value: number
  readonly startedAt: number
  readonly acknowledgedAt: number
}

describe('two servers that store the same users', () => {
  let cluster: Cluster
  let store: Store
  let datasetArn: string
  let clients: readonly ReturnType<typeof patientClients>[]
  before(async () => {
    cluster = await startCluster()
    clients = cluster.servers.map(({ url }) => patientClients(url))
    datasetArn = (await createUsersDataset(clients[0]!, { group: 'raced' })).datasetArn
    store = await openStore(cluster.dataDir, cluster.database)
  })
  after(async () => {
    for (const { personalize, events } of clients ?? []) for (const client of [personalize, events]) client.destroy()
    await store?.close()
    await cluster?.[Symbol.asyncDispose]()
  })

  let value = 0
  const put = async (server: number): Promise<Write> => {
    const startedAt = performance.now()
    const mine = ++value
    const properties = JSON.stringify({ age: mine, membershipType: `m${mine}`, loyaltyNumber: mine })
    const users = IDS.map(userId => ({ userId, properties }))
    await clients[server]!.events.send(new PutUsersCommand({ datasetArn, users }))
    return { value: mine, startedAt, acknowledgedAt: performance.now() }
  }
  /** The current values of the users, each of them whole. */
  const valuesNow = async () => {
    const { id } = (await store.resources.get(datasetArn))!
    const found = await Promise.all(IDS.map(userId => store.records.get(id, userId)))
    return found.map(user => {
      const [age, membershipType, loyaltyNumber] = JSON.parse(user!.fields)
      assert.deepEqual([membershipType, loyaltyNumber], [`m${age}`, age], 'torn')
      return age as number
    })
  }

  it('keep the write that was acknowledged last, whole, of either server', async () => {
    let count = 0
    for (let round = 0; round < ROUNDS; round++) {
      const writers = Array.from({ length: WRITERS }, async (_, writer) => {
        const writes: Write[] = []
        while (writes.length < WRITES_EACH) writes.push(await put((writer + writes.length) % 2))
        return writes
      })
      const writes = (await Promise.all(writers)).flat()
      count += writes.length
      for (const standing of await valuesNow()) {
        const { acknowledgedAt } = writes.find(write => write.value === standing)!
        const lost = writes.filter(write => write.startedAt > acknowledgedAt)
        assert.deepEqual(lost, [])
      }
    }
    console.log(`faults: two servers raced for ${IDS.length} users, acknowledged ${count}, lost 0, torn 0`)
  })

  it('keep the later one of two writes, if they take turns', async () => {
    for (let turn = 0; turn < ROUNDS; turn++) {
      const { value } = await put(turn % 2)
      assert.deepEqual(
        await valuesNow(),
        IDS.map(() => value),
      )
    }
  })
})
