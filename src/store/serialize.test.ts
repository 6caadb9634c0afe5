import assert from 'node:assert/strict'
import { once } from 'node:events'
import { describe, it } from 'node:test'
import { apart } from './serialize.ts'

describe('apart', () => {
  it('runs at once, and once more for all calls that come soon after', async () => {
    const runs = new EventTarget()
    let count = 0
    const run = apart(50, () => {
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
