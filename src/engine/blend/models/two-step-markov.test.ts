import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { fromSequences } from '#test/interactions.ts'
import { createRandom } from '../../math/random.ts'
import { TWO_STEPS, trainTwoStepMarkov } from './two-step-markov.ts'

describe('a chain by way of neighbours', () => {
  const random = createRandom(1)
  const sequences = Array.from({ length: 200 }, () => Array.from({ length: 10 }, () => Math.floor(150 * random())))
  // 50 items have no events, and count for nothing.
  const interactions = fromSequences(sequences, 200)
  const rowsOf = (entriesMax: number) => {
    const { offsets, columns } = trainTwoStepMarkov(interactions, { ...TWO_STEPS, entriesMax }).T
    return Array.from({ length: 150 }, (_, row) => new Set(columns.subarray(offsets[row], offsets[row + 1])))
  }

  it('keeps fewer destinations of every item where more items have any', () => {
    for (const row of rowsOf(150 * 60)) assert.equal(row.size, 60)
  })

  it('keeps 50 of them in any catalogue', () => {
    for (const row of rowsOf(1)) assert.equal(row.size, 50)
  })

  it('keeps those with the greatest values', () => {
    const all = rowsOf(TWO_STEPS.entriesMax)
    for (const [item, row] of rowsOf(150 * 60).entries()) assert.ok(row.isSubsetOf(all[item]!))
  })
})
