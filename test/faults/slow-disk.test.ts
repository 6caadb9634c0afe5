import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { after, before, describe, it } from 'node:test'
import { setTimeout } from 'node:timers/promises'
import { assertRetried, assertWhole, type Cluster, counted, Outcomes, startCluster, underLoad } from './cluster.ts'

/** The additional delay of each commit, in microseconds: 100 ms is the most that PostgreSQL allows. */
const SLOW = { commit_delay: '100000', commit_siblings: '0' }

/** The memory that a server may use in addition to that of its start, for a few dozen waiting clients. */
const MORE_MB = 200

describe('two servers whose PostgreSQL has a slow disk', () => {
  let cluster: Cluster
  before(async () => {
    cluster = await startCluster({ settings: SLOW })
  })
  after(() => cluster?.[Symbol.asyncDispose]())

  it('acknowledge no call before it is stored, and use no more memory', async () => {
    const outcomes = new Outcomes()
    const before = memory()
    await underLoad(cluster, 0, outcomes, () => setTimeout(4000))
    const more = memory() - before
    assertRetried(outcomes)
    assert.deepEqual(outcomes.failures, [])
    await assertWhole(cluster, outcomes)
    assert.ok(!(more > MORE_MB), `${more} MB more`)
    console.log(`faults: a slow disk, ${more} MB more memory, ${counted(outcomes)}`)
  })

  /** The memory of both servers, in MB; NaN without /proc. */
  const memory = () => {
    try {
      const status = cluster.servers.map(({ pid }) => readFileSync(`/proc/${pid}/status`, 'utf8'))
      return status.reduce((sum, text) => sum + Math.round(Number(/VmRSS:\s+(\d+)/.exec(text)![1]) / 1024), 0)
    } catch {
      return Number.NaN
    }
  }
})
