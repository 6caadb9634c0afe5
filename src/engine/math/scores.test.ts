import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { Scores } from './scores.ts'

describe('Scores', () => {
  const row = { offsets: Int32Array.of(0, 2), columns: Int32Array.of(1, 3), values: Float32Array.of(2, -4) }

  it('adds up, and knows which items were touched', () => {
    const scores = new Scores(5)
    scores.add(3, 1)
    scores.addRow(row, 0, 0.5)
    scores.addPositive(Int32Array.of(0, 4), Float64Array.of(0, 7))
    assert.deepEqual([...scores.values], [0, 1, 0, -1, 7])
    assert.deepEqual([...scores.items].sort(), [1, 3, 4])
    assert.deepEqual([scores.has(3), scores.has(0)], [true, false])
    assert.equal(scores.greatest(), 7)
  })

  it('is as new when it is cleared', () => {
    const scores = new Scores(5)
    scores.addRow(row, 0, 1)
    scores.clear()
    assert.deepEqual(scores, new Scores(5))
    assert.equal(scores.items.length, 0)
    assert.equal(scores.greatest(), 0)
  })
})
