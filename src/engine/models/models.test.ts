import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { recommender } from '../evaluate.ts'
import { fromSequences, type Interactions } from '../interactions.ts'
import { createRandom } from '../math/random.ts'
import { trainColdUser } from './cold-user.ts'
import { trainContextKnn } from './context-knn.ts'
import { EASE, trainEase } from './ease.ts'
import { trainGraphWalk } from './graph-walk.ts'
import type { Model } from './model.ts'
import { trainPopularity } from './popularity.ts'
import { trainSkipMarkov } from './skip-markov.ts'
import { SLIT, trainSlit, WIDE_SLIT } from './slit.ts'

const scoresOf = (model: Model, items: number, history: readonly number[], properties?: readonly string[]) => {
  const out = new Float64Array(items).fill(-99)
  model.score(Int32Array.from(history), out, properties)
  return [...out]
}
const near = (actual: readonly number[], expected: readonly number[]) => {
  for (const [i, value] of expected.entries())
    assert.ok(Math.abs(actual[i]! - value) < 1e-5, `${i} is ${actual[i]}, not ${value}: ${actual}`)
}

/** implicit's checkerboard: every even user has every even item but the one withheld, the odd ones likewise. */
function checkerboard(users: number, size: number): { interactions: Interactions; withheld: readonly number[] } {
  const random = createRandom(11)
  const withheld = Array.from({ length: users }, (_, user) => (user % 2) + 2 * Math.floor((random() * size) / 2))
  const sequences = withheld.map((missing, user) => {
    const own = Array.from({ length: size / 2 }, (_, i) => 2 * i + (user % 2)).filter(item => item !== missing)
    return own
      .map(item => ({ item, at: random() }))
      .sort((a, b) => a.at - b.at)
      .map(({ item }) => item)
  })
  return { interactions: fromSequences(sequences, size), withheld }
}

/** Users walk on through rings of items: after item i of a ring comes i + 1, one time in four any item. */
function rings(users: number, seed: number): Interactions {
  const random = createRandom(seed)
  const sequences = Array.from({ length: users }, () => {
    let item = Math.floor(random() * 100)
    return Array.from({ length: 30 }, () => {
      const next = item - (item % 10) + ((item + 1) % 10)
      item = random() < 0.25 ? Math.floor(random() * 100) : next
      return item
    })
  })
  return fromSequences(sequences, 100)
}

const small = { regularization: 1 }
const MODELS = {
  popularity: { train: trainPopularity, knowsTaste: false, next: 0 },
  'skip-Markov': { train: trainSkipMarkov, knowsTaste: true, next: 0.55 },
  SLIT: { train: (data: Interactions) => trainSlit(data, { ...SLIT, ...small }), knowsTaste: true, next: 0.7 },
  'wide SLIT': {
    train: (data: Interactions) => trainSlit(data, { ...WIDE_SLIT, ...small }),
    knowsTaste: true,
    next: 0.7,
  },
  EASE: { train: (data: Interactions) => trainEase(data, { ...EASE, ...small }), knowsTaste: true, next: 0 },
  'graph walk': { train: trainGraphWalk, knowsTaste: true, next: 0 },
  'context-kNN': { train: trainContextKnn, knowsTaste: true, next: 0.6 },
} as const

for (const [name, { train, knowsTaste, next }] of Object.entries(MODELS)) {
  describe(name, () => {
    const { interactions, withheld } = checkerboard(200, 50)
    const model: Model = train(interactions)
    const { sequence, offsets } = interactions

    it('overwrites every score with a finite one', () => {
      const history = [...sequence.subarray(0, 5)]
      assert.ok(scoresOf(model, 50, history).every(score => Number.isFinite(score) && score !== -99))
      assert.deepEqual(scoresOf(model, 50, history), scoresOf(model, 50, history))
    })

    it('takes a user of whom nothing is known', () => {
      assert.ok(scoresOf(model, 50, []).every(Number.isFinite))
    })

    it('gives the same bits when it is trained again', () => {
      const again: Model = train(interactions)
      assert.deepEqual(scoresOf(again, 50, [4, 8, 2]), scoresOf(model, 50, [4, 8, 2]))
    })

    if (knowsTaste)
      it('recommends the withheld item of the checkerboard', () => {
        const recommend = recommender(model, 50, { count: 1 })
        const found = withheld.map(
          (item, user) => recommend(sequence.subarray(offsets[user], offsets[user + 1]))[0] === item,
        )
        assert.ok(found.every(Boolean), `${found.filter(Boolean).length} of 200`)
      })

    if (next > 0)
      it(`finds at least ${next} of next items where 0.75 follow a rule`, () => {
        const walk: Model = train(rings(400, 1))
        const recommend = recommender(walk, 100, { count: 1, repeats: true })
        const test = rings(100, 2)
        const hits = Array.from({ length: 100 }, (_, user) => {
          const history = test.sequence.subarray(30 * user, 30 * user + 29)
          return recommend(history)[0] === test.sequence[30 * user + 29]
        })
        assert.ok(hits.filter(Boolean).length >= 100 * next, `${hits.filter(Boolean).length} of 100`)
      })
  })
}

describe('worked examples', () => {
  it('popularity counts', () => {
    assert.deepEqual(scoresOf(trainPopularity(fromSequences([[0, 2], [2]], 4)), 4, []), [1, 0, 2, 0])
  })

  it('skip-Markov, of 0 → 1 → 2: M_01 = 1, M_02 = .8, M_12 = 1', () => {
    const model = trainSkipMarkov(fromSequences([[0, 1, 2]], 3))
    const [fromZero, fromOne] = [Math.sqrt(1.8 + 20), Math.sqrt(1 + 20)]
    // The sums of the columns are 1 and 1.8.
    near(scoresOf(model, 3, [0]), [0, 1 / fromZero, 0.8 / fromZero / 1.8 ** 0.3])
    // One step back 1, two steps back .8.
    near(scoresOf(model, 3, [0, 1]), [0, 0.8 / fromZero, (1 / fromOne + (0.8 * 0.8) / fromZero) / 1.8 ** 0.3])
  })

  it('SLIT with decay ½ of 0 → 1 → 0: S = [1 0; ½ 1], Y = [e₁; e₀]', () => {
    const settings = { memories: [{ decay: 0.5, length: 9 }], regularization: 1, sizeMax: 10 }
    const model = trainSlit(fromSequences([[0, 1, 0]]), settings)
    // SᵀS + I = [2.25 .5; .5 2], its determinant 4.25; SᵀY = [.5 1; 1 0].
    near(scoresOf(model, 2, [0]), [(2 * 0.5 - 0.5 * 1) / 4.25, 2 / 4.25])
    near(scoresOf(model, 2, [1]), [(2.25 * 1 - 0.5 * 0.5) / 4.25, -0.5 / 4.25])
  })

  it('SLIT with two memories agrees with the normal equations written out', () => {
    // One sequence 0 → 1 → 2 → 1, decays 0.5 and 0.9: the rows of S = [S_1 S_2] and what came next.
    const S = [
      [1, 0, 0, 1, 0, 0],
      [0.5, 1, 0, 0.9, 1, 0],
      [0.25, 0.5, 1, 0.81, 0.9, 1],
    ]
    const next = [1, 2, 1]
    const memories = [
      { decay: 0.5, length: 9 },
      { decay: 0.9, length: 9 },
    ]
    const model = trainSlit(fromSequences([[0, 1, 2, 1]]), { memories, regularization: 2, sizeMax: 10 })
    // (SᵀS + 2I) B = SᵀY exactly where SᵀS B + 2B − SᵀY vanishes. B's rows 0 to 2 plus 3 to 5 are what scores show.
    // By the push-through identity x B = x Sᵀ (S Sᵀ + 2I)⁻¹ Y, a system of 3.
    const K = S.map((row, i) =>
      S.map((other, j) => row.reduce((sum, x, f) => sum + x * other[f]!, 0) + (i === j ? 2 : 0)),
    )
    const x = S[2]!
    const k = S.map(row => row.reduce((sum, value, f) => sum + value * x[f]!, 0))
    const alpha = solve3(K, k)
    const expected = [0, 0, 0]
    for (const [row, item] of next.entries()) expected[item]! += alpha[row]!
    near(scoresOf(model, 3, [0, 1, 2]), expected)
  })

  it('EASE of two users, λ = 1: P = [3 1; 1 2]⁻¹, B_01 = −P_01 / P_11', () => {
    const model = trainEase(fromSequences([[0, 1], [0]]), { ...EASE, regularization: 1, decay: 1 })
    near(scoresOf(model, 2, [0]), [0, 1 / 3])
    near(scoresOf(model, 2, [1]), [1 / 2, 0])
  })

  it('the graph walk of two users, with exponents .8 and .2', () => {
    const model = trainGraphWalk(
      fromSequences([
        [0, 1],
        [0, 1, 2],
      ]),
    )
    // Both users lead from 0 to 1, with shares 1/2 and 1/3; only the second one to 2.
    near(scoresOf(model, 3, [0]), [0, (1 / 2 + 1 / 3) * 2 ** -0.8 * 2 ** -0.2, (1 / 3) * 2 ** -0.8])
  })

  it('context-kNN: what came after the same context, the cube of its cosine', () => {
    const model = trainContextKnn(
      fromSequences([
        [0, 1],
        [2, 0, 3],
      ]),
    )
    // x_u = e_0 is the first user's prefix; the second one's is e_0 + .8 e_2.
    near(scoresOf(model, 4, [0]), [0, 1, 0, 1 / Math.sqrt(1.64) ** 3])
  })

  it('the cold user: without regularization, the mean of those with the same property', () => {
    const interactions = fromSequences([[0], [0, 1], [1]], 2)
    const settings = { regularization: 1e-9, biasRegularization: 1e-3, featuresMax: 10 }
    const model = trainColdUser(interactions, [['f'], ['f'], ['m']], settings)
    near(
      scoresOf(model, 2, [], ['f']).map(score => Math.round(score * 1e4) / 1e4),
      [1, 0.5],
    )
    near(
      scoresOf(model, 2, [], ['m']).map(score => Math.round(score * 1e4) / 1e4),
      [0, 1],
    )
  })

  it('the cold user of whom nothing is known, or only what nobody had, is recommended what is popular', () => {
    const interactions = fromSequences([[0], [0, 1], [2, 0]], 3)
    const model = trainColdUser(interactions, [['f'], ['m'], ['m']])
    for (const properties of [[], [null as unknown as string], ['x']]) {
      const [first, second] = scoresOf(model, 3, [], properties)
      assert.ok(first! > 0.9 && second! < 0.4)
    }
  })
})

/** Cramer's rule. */
function solve3(A: readonly (readonly number[])[], b: readonly number[]): number[] {
  const determinant = ([p, q, r]: readonly (readonly number[])[]) =>
    p![0]! * (q![1]! * r![2]! - q![2]! * r![1]!) -
    p![1]! * (q![0]! * r![2]! - q![2]! * r![0]!) +
    p![2]! * (q![0]! * r![1]! - q![1]! * r![0]!)
  return [0, 1, 2].map(column => determinant(A.map((row, i) => row.with(column, b[i]!))) / determinant(A))
}
