import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { fromSequences } from '#test/interactions.ts'
import { moverInto } from '#test/model-memory.ts'
import type { Interactions } from '../../interactions.ts'
import { createRandom } from '../../math/random.ts'
import { CONTEXT_KNN, type ContextKnnSettings, type ContextKnnState, trainContextKnn } from './context-knn.ts'
import { type BlendQuery, forRecent } from './model.ts'
import { openNearest } from './nearest-moments.ts'

/** The cosine of each position that an event follows, by the definition, each product summed up anew. */
function cosinesPlainly(state: ContextKnnState, query: BlendQuery): Map<number, number> {
  const { sequence, offsets, weights, users, items, memory, occurrencesMax } = state
  const { positions, offsets: from } = state.newest!
  const x = new Float64Array(items)
  const isLookedAt = new Uint8Array(sequence.length)
  let [looked, squares] = [occurrencesMax, 0]
  forRecent(query, memory, (item, weight) => {
    x[item]! += weight
    squares += weight ** 2
    const newest = positions.subarray(from[item], from[item + 1]).slice(-Math.ceil(looked))
    for (const position of newest) isLookedAt[position] = 1
    looked *= memory.decay
  })
  const cosines = new Map<number, number>()
  for (let user = 0; user < users; user++)
    for (let t = offsets[user]!; t < offsets[user + 1]! - 1; t++) {
      let [product, square] = [0, 0]
      for (let l = 0; l < memory.length && t - l >= offsets[user]!; l++) {
        const value = memory.decay ** l * (weights ? weights[t - l]! : 1)
        square += value ** 2
        if (isLookedAt[t - l]) product += value * x[sequence[t - l]!]!
      }
      if (product > 0) cosines.set(t, product / Math.sqrt(square) / Math.sqrt(squares))
    }
  return cosines
}

/** The k-th greatest cosine, rounded down to 1 / 2048; 0 where there are fewer. */
function leastPlainly(cosines: Iterable<number>, k: number): number {
  const kth = [...cosines].sort((a, b) => b - a)[k - 1] ?? 0
  return Math.floor(Math.min(1, kth) * 2048) / 2048
}

/** The same arrays in one memory that kernels reach. */
function inMemory(state: ContextKnnState): ContextKnnState {
  const { sequence, weights, newest } = state
  const moved = moverInto(4 * (sequence.length + newest!.positions.length + (weights?.length ?? 0)))
  return {
    ...state,
    sequence: moved(sequence),
    weights: weights && moved(weights),
    newest: { offsets: newest!.offsets, positions: moved(newest!.positions) },
  }
}

/** Users with few events and with many. Some items come often, and again soon. */
function histories(random: () => number, items: number): Interactions {
  return fromSequences(
    Array.from({ length: 90 }, () =>
      Array.from({ length: Math.floor(random() ** 3 * 120) }, () => Math.floor(random() ** 2 * items)),
    ),
    items,
  )
}

const SETTINGS: readonly (readonly [string, Partial<ContextKnnSettings>])[] = [
  ['as they are', {}],
  ['with few neighbours', { neighbours: 20 }],
  ['with few occurrences', { neighbours: 50, occurrencesMax: 30 }],
  ['with a memory of one step', { neighbours: 40, memory: { decay: 0.8, length: 1 } }],
  ['with the longest memory', { neighbours: 100, memory: { decay: 0.95, length: 31 } }],
]

describe('openNearest', () => {
  for (const [name, settings] of SETTINGS)
    for (const isWeighed of [false, true])
      it(`finds the positions that plain code finds, ${name}${isWeighed ? ', of events that weigh differently' : ''}`, () => {
        const random = createRandom(11)
        const items = 60
        const interactions = histories(random, items)
        const weights = Float32Array.from(interactions.sequence, () => 0.5 + random())
        const state = trainContextKnn(isWeighed ? { ...interactions, weights } : interactions, {
          ...CONTEXT_KNN,
          ...settings,
        })
        const here = inMemory(state)
        const [copied, there] = [openNearest(state, state.newest!), openNearest(here, here.newest!)]
        for (let n = 0; n < 40; n++) {
          const history = Int32Array.from({ length: n }, () => Math.floor(random() ** 2 * items))
          const query = { history, ...(n % 2 && { weights: Float32Array.from(history, () => 0.5 + random()) }) }
          const expected = cosinesPlainly(state, query)
          const least = leastPlainly(expected.values(), state.neighbours)
          const found = there(query)
          const [positions, cosines] = [
            found.positions.subarray(0, found.count),
            found.cosines.subarray(0, found.count),
          ]
          assert.deepEqual(copied(query).positions.subarray(0, found.count), positions)
          assert.ok([...positions].every((position, at) => at === 0 || position > positions[at - 1]!))
          for (const [at, position] of positions.entries())
            assert.ok(Math.abs(cosines[at]! - (expected.get(position) ?? 0)) < 1e-9, `${position}`)
          const isFound = new Set(positions)
          // Of those at the limit rounding decides.
          for (const [position, cosine] of expected)
            if (Math.abs(cosine - least) > 1e-9) assert.equal(isFound.has(position), cosine >= least, `${cosine}`)
        }
      })
})
