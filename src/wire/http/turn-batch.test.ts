import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { setImmediate } from 'node:timers/promises'
import { togetherAtTheEnd } from './turn-batch.ts'

describe('togetherAtTheEnd', () => {
  it('runs its tasks in one go, in their order, with nothing in between', async () => {
    const atTheEnd = togetherAtTheEnd()
    const told: string[] = []
    for (const name of ['one', 'two', 'three']) {
      atTheEnd(() => {
        told.push(name)
        queueMicrotask(() => told.push(`after ${name}`))
      })
    }
    assert.deepEqual(told, [])
    await setImmediate()
    assert.deepEqual(told, ['one', 'two', 'three', 'after one', 'after two', 'after three'])
  })

  it('leaves all tasks after the first 16 to later turns', async () => {
    const atTheEnd = togetherAtTheEnd()
    let count = 0
    for (let i = 0; i < 40; i++) atTheEnd(() => count++)
    const counts: number[] = []
    for (let turn = 0; turn < 3; turn++) {
      await setImmediate()
      counts.push(count)
    }
    assert.deepEqual(counts, [16, 32, 40])
  })

  it('accepts tasks while others wait, and when none do', async () => {
    const atTheEnd = togetherAtTheEnd()
    let count = 0
    for (let i = 0; i < 20; i++) atTheEnd(() => count++)
    await setImmediate()
    atTheEnd(() => count++)
    await setImmediate()
    assert.equal(count, 21)
    atTheEnd(() => count++)
    await setImmediate()
    assert.equal(count, 22)
  })
})
