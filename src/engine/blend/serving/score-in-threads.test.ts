import assert from 'node:assert/strict'
import { it } from 'node:test'
import { createMemory, memoryForModel, memoryOf } from '../../math/memory.ts'
import { createListMemory, readList } from './list-memory.ts'
import type { PersonalizationState } from './personalization.ts'
import { apart, joined, scoredBy, scoring } from './score-in-threads.ts'

/** A blend of popularity alone, its counts in memory that kernels reach. */
function stateOf(counts: readonly number[]): PersonalizationState {
  const shared = new Float64Array(memoryForModel(8 * counts.length), 0, counts.length)
  shared.set(counts)
  const parts = [{ name: 'popularity', state: { counts: shared } }]
  const blends = [{ eventsFrom: 0, weights: [1], floor: 0.1, contextWeight: 0 }]
  return { items: counts.length, parts, blends, metrics: {} } as unknown as PersonalizationState
}

it('lets kernels read a model that another thread sent, though memory grew before', () => {
  const scored = scoredBy(stateOf([3, 2, 1]), true)
  createMemory(200_000, createMemory(8))
  const received = structuredClone(scored)
  const { counts } = received.state.parts[0]!.state as { readonly counts: Float64Array }
  assert.equal(memoryOf(counts.buffer), undefined)
  const score = scoring.open(received)
  assert.equal(memoryOf(counts.buffer), received.memory)
  const memory = createListMemory(3)
  const { scores } = readList(memory, score({ query: { history: Int32Array.of(0) }, memory }))
  assert.ok(scores[1]! > scores[2]!)
})

it('takes lists apart that were joined', () => {
  const lists = [
    { items: Int32Array.of(2, 5), scores: Float64Array.of(0.5, 0.25), logTotal: 1 },
    { items: undefined, scores: Float64Array.of(1, 2, 3), logTotal: 2 },
    { items: new Int32Array(0), scores: new Float64Array(0), logTotal: 3 },
  ]
  assert.deepEqual(apart(joined(lists)), lists)
})
