import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { createRandom } from '../math/random.ts'
import { earning } from './earning.ts'
import type { Shortlist } from './shortlist.ts'

const SIZE = 30
const settings = { k: 10 }

/** How each model scores the items of a question, of which the first is right. */
type Scores = (random: () => number) => readonly number[]
/** Has the right one among the best, which are a fifth of the items, beside those that chance puts there. */
const knowing: Scores = random =>
  Array.from({ length: SIZE }, (_, i) => (i === 0 || random() < 0.2 ? 0.8 : 0) + 0.2 * random())
const guessing: Scores = random => Array.from({ length: SIZE }, () => random())
const silent: Scores = () => new Array(SIZE).fill(0)

function asked(models: readonly Scores[], reads: readonly number[], count = 400): readonly Shortlist[] {
  const random = createRandom(7)
  return Array.from({ length: count }, () => ({
    shares: Float32Array.from(models.flatMap(scores => scores(random))),
    size: SIZE,
    targets: 1,
    relevant: 1,
    habits: new Float32Array(SIZE).fill(Number.NaN),
    lifts: new Float32Array(),
    reads: Float32Array.from(reads),
  }))
}

const earned = (models: readonly Scores[], weights: readonly number[], reads: readonly number[]) =>
  earning([{ blend: { weights, floor: 0.1 }, lists: asked(models, reads) }], settings)[0]!

describe('earning', () => {
  it('keeps what each of two models knows, and drops the one that only guesses', () => {
    const { weights, idle } = earned([knowing, knowing, guessing], [0.25, 0.25, 0.5], [100, 100, 10])
    assert.deepEqual(weights, [0.5, 0.5, 0])
    assert.deepEqual(
      idle.map(({ model, reads }) => [model, reads]),
      [[2, 10]],
    )
    assert.ok(idle[0]!.loss < 0.25 * idle[0]!.error)
  })

  it('drops the dearer of two models that say the same', () => {
    const twice = (reads: readonly number[]) =>
      asked([knowing, silent], reads).map(list => ({
        ...list,
        shares: Float32Array.from([...list.shares.subarray(0, SIZE), ...list.shares.subarray(0, SIZE)]),
      }))
    for (const [reads, kept] of [
      [
        [100, 200],
        [1, 0],
      ],
      [
        [200, 100],
        [0, 1],
      ],
    ] as const) {
      const [found] = earning([{ blend: { weights: [0.5, 0.5], floor: 0.1 }, lists: twice(reads) }], settings)
      assert.deepEqual(found!.weights, kept)
    }
  })

  it('keeps a model that reads nothing, and the last one of all', () => {
    assert.deepEqual(earned([guessing, guessing], [0.5, 0.5], [0, 50]).weights, [1, 0])
    assert.deepEqual(earned([guessing], [1], [50]).weights, [1])
  })
})
