import { after, before, describe, it } from 'node:test'
import { setTimeout } from 'node:timers/promises'
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

describe('one of two servers, killed under load', () => {
  let cluster: Cluster
  before(async () => {
    cluster = await startCluster()
  })
  after(() => cluster?.[Symbol.asyncDispose]())

  it(`has every acknowledged call whole in the database, in ${ROUNDS} rounds`, async () => {
    const outcomes = new Outcomes()
    for (let round = 0; round < ROUNDS; round++) {
      await underLoad(cluster, round, outcomes, async () => {
        await setTimeout(300 + Math.random() * 1000)
        await cluster.servers[round % 2]!.kill()
        await setTimeout(300)
      })
      await assertWhole(cluster, outcomes)
      await cluster.serve(round % 2)
    }
    assertRetried(outcomes)
    console.log(`faults: one of two servers killed ${ROUNDS} times, ${counted(outcomes)}`)
  })
})
