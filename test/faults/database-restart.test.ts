import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { setTimeout } from 'node:timers/promises'
import type { PersonalizeEventsServiceException } from '@aws-sdk/client-personalize-events'
import { NODES } from '#test/nodes.ts'
import { serverTarget } from '../crash/server-target.ts'
import {
  assertNoFaults,
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

describe(`two servers that use ${NODES.join(', ')}`, () => {
  let cluster: Cluster
  before(async () => {
    cluster = await startCluster()
  })
  after(() => cluster?.[Symbol.asyncDispose]())

  let load = 0
  for (const [place, name] of NODES.entries())
    it(`have every acknowledged call whole, if ${name} is killed under load, ${ROUNDS} times`, async () => {
      const node = cluster.nodes[place]!
      const outcomes = new Outcomes()
      await underLoad(cluster, load++, outcomes, async () => {
        for (let round = 0; round < ROUNDS; round++) {
          await setTimeout(200 + Math.random() * 800)
          await node.kill()
          await setTimeout(Math.random() * 1000)
          await node.start()
        }
        await setTimeout(500)
      })
      assertRetried(outcomes)
      assertNoFaults(cluster)
      await assertWhole(cluster, outcomes)
      console.log(`faults: ${name} restarted ${ROUNDS} times, ${counted(outcomes)}`)
    })

  it(`answer 503 while ${NODES[0]} stays away, which SDKs retry`, async () => {
    const [one, two] = await Promise.all(cluster.servers.map(({ url }) => serverTarget(url, cluster.dataDir)))
    await cluster.nodes[0]!.kill()
    const row = { id: 'unlucky', call: 1 }
    const calls = [one!.putUsers([row]), one!.putEvents([{ call: 1, itemId: '1' }]), two!.putItems([row])]
    await Promise.all(calls.map(call => assert.rejects(call, isUnavailable)))
    await cluster.nodes[0]!.start()
    await Promise.all([one!.putUsers([row]), two!.putItems([row])])
  })
})

function isUnavailable(error: PersonalizeEventsServiceException): boolean {
  const { httpStatusCode } = error.$metadata
  assert.deepEqual([error.name, httpStatusCode], ['ServiceUnavailable', 503])
  return true
}
