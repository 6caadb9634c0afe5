import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { setTimeout } from 'node:timers/promises'
import type { PersonalizeEventsServiceException } from '@aws-sdk/client-personalize-events'
import { serverTarget } from '../crash/server-target.ts'
import {
  assertRetried,
  assertWhole,
  type Cluster,
  counted,
  Outcomes,
  roundsOf,
  startCluster,
  underLoad,
} from './cluster.ts'

const ROUNDS = roundsOf(3)

describe('two servers whose PostgreSQL is killed', () => {
  let cluster: Cluster
  before(async () => {
    cluster = await startCluster()
  })
  after(() => cluster?.[Symbol.asyncDispose]())

  it(`serve again when it is back, and have every acknowledged call whole, ${ROUNDS} times`, async () => {
    const outcomes = new Outcomes()
    await underLoad(cluster, 0, outcomes, async () => {
      for (let round = 0; round < ROUNDS; round++) {
        await setTimeout(200 + Math.random() * 800)
        await cluster.postgres.kill()
        await setTimeout(Math.random() * 1000)
        await cluster.postgres.start()
      }
      await setTimeout(500)
    })
    assertRetried(outcomes)
    await assertWhole(cluster, outcomes)
    console.log(`faults: PostgreSQL restarted ${ROUNDS} times, ${counted(outcomes)}`)
  })
  it('answer 503 while it stays away, which SDKs retry', async () => {
    const [one, two] = await Promise.all(cluster.servers.map(({ url }) => serverTarget(url, cluster.dataDir)))
    await cluster.postgres.kill()
    const row = { id: 'unlucky', call: 1 }
    const calls = [one!.putUsers([row]), one!.putEvents([{ call: 1, itemId: '1' }]), two!.putItems([row])]
    await Promise.all(calls.map(call => assert.rejects(call, isUnavailable)))
    await cluster.postgres.start()
    await Promise.all([one!.putUsers([row]), two!.putItems([row])])
  })
})

function isUnavailable(error: PersonalizeEventsServiceException): boolean {
  const { httpStatusCode } = error.$metadata
  assert.deepEqual([error.name, httpStatusCode], ['ServiceUnavailable', 503])
  return true
}
