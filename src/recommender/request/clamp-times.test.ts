import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { untilNow } from './clamp-times.ts'

describe('times of the future', () => {
  const of = (...times: number[]) => [...untilNow(Float64Array.from(times), 100)]

  it('count as the newest of the others', () => {
    assert.deepEqual(of(50, 1e13, 80, 101), [50, 80, 80, 80])
    assert.deepEqual(of(50, 100), [50, 100])
  })

  it('stay where there are no others', () => {
    assert.deepEqual(of(200, 300), [200, 300])
    assert.deepEqual(of(), [])
  })
})
