import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { Growing, grown } from './growing.ts'

describe('grown', () => {
  it('keeps the numbers, their type, and fills the rest', () => {
    assert.deepEqual(grown(Float64Array.of(1, 2), 4), Float64Array.of(1, 2, 0, 0))
    assert.deepEqual(grown(Int32Array.of(1), 3, 7), Int32Array.of(1, 7, 7))
  })
})

describe('Growing', () => {
  it('holds what was pushed, however much it is', () => {
    const list = new Growing(new Float32Array(0))
    const pushed = Array.from({ length: 1000 }, (_, i) => i / 2)
    for (const number of pushed) list.push(number)
    assert.equal(list.length, 1000)
    assert.deepEqual(list.numbers, Float32Array.from(pushed))
  })
})
