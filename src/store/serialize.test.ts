import assert from 'node:assert/strict'
import { once } from 'node:events'
import { describe, it } from 'node:test'
import { setImmediate } from 'node:timers/promises'
import { apart, shared } from './serialize.ts'

describe('shared', () => {
  it('has one run under way at a time, also when a call comes at the moment in which a run ends', async () => {
    let [runs, underWay, most] = [0, 0, 0]
    const run = shared(async () => {
      runs++
      most = Math.max(most, ++underWay)
      await setImmediate()
      underWay--
    })
    const first = run()
    const atItsEnd = first.then(run)
    const waiting = [run(), run()]
    await Promise.all([first, atItsEnd, ...waiting])
    assert.deepEqual([runs, most], [2, 1])
  })
})

describe('apart', () => {
  it('runs at once, and once more for all calls that come soon after', async () => {
    const runs = new EventTarget()
    let count = 0
    const run = apart(1000, () => {
      count++
      runs.dispatchEvent(new Event('run'))
    })
    run()
    assert.equal(count, 1)
    const again = once(runs, 'run')
    for (let call = 0; call < 100; call++) run()
    assert.equal(count, 1)
    const alive = setInterval(() => {}, 1000) // it keeps no process alive
    await again
    clearInterval(alive)
    assert.equal(count, 2)
  })
})
