import assert from 'node:assert/strict'
import { describe } from 'node:test'
import { setTimeout } from 'node:timers/promises'
import type { ItWithStore } from './fixture.ts'

/** The promises of `Store.claims` and `Store.exclusively` to one worker; see the driver's own tests for many. */
export function claimsSuite(it: ItWithStore): void {
  describe('claims', () => {
    it('stay with a worker that is heard of, whenever others are swept up', async ({ store: { claims } }) => {
      assert.equal(await claims.take(1, 'worker', 60_000), true)
      await claims.sweep(60_000)
      assert.deepEqual(await claims.keep([1], 'worker'), [1])
    })

    it('are taken, kept and let go of', async ({ store: { claims } }) => {
      assert.equal(await claims.take(1, 'worker', 60_000), true)
      assert.equal(await claims.take(1, 'worker', 60_000), true)
      assert.equal(await claims.take(2, 'worker', 60_000), true)
      assert.deepEqual([...(await claims.keep([1, 2], 'worker'))].sort(), [1, 2])
      await claims.release(1, 'worker')
      await claims.release(1, 'worker')
      assert.equal(await claims.take(1, 'worker', 60_000), true)
    })
  })

  describe('running exclusively', () => {
    it('is one at a time, in the order of the calls, and goes on after one that fails', async ({ store }) => {
      const log: string[] = []
      const runs = ['a', 'b', 'c'].map(name =>
        store.exclusively(async () => {
          log.push(`${name} begins`)
          await setTimeout(1)
          log.push(`${name} ends`)
          if (name === 'a') throw new Error('of a')
          return name
        }),
      )
      const outcomes = await Promise.allSettled(runs)
      assert.deepEqual(
        outcomes.map(outcome => (outcome.status === 'fulfilled' ? outcome.value : outcome.reason.message)),
        ['of a', 'b', 'c'],
      )
      assert.deepEqual(log, ['a begins', 'a ends', 'b begins', 'b ends', 'c begins', 'c ends'])
    })
  })
}
