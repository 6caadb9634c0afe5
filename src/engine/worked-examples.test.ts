import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { scoresOf } from '#test/engine.ts'
import { fromSequences } from '#test/interactions.ts'
import { COLD_USER, openColdUser, trainColdUser } from './blend/models/cold-user.ts'
import { openContextKnn, trainContextKnn } from './blend/models/context-knn.ts'
import { EASE, openEase, trainEase } from './blend/models/ease.ts'
import { openGraphWalk, trainGraphWalk } from './blend/models/graph-walk.ts'
import { openPersonalFrequency } from './blend/models/personal-frequency.ts'
import { openPopularity, trainPopularity } from './blend/models/popularity-prior.ts'
import { openSkipMarkov, trainSkipMarkov } from './blend/models/skip-markov.ts'
import { openSlit, trainSlit } from './blend/models/slit.ts'

/** Models keep 16 bits of a number, those here are 1 at most. */
const DIGITS = 2e-5
const near = (actual: readonly number[], expected: readonly number[]) => {
  for (const [i, value] of expected.entries())
    assert.ok(Math.abs(actual[i]! - value) < DIGITS, `${i} is ${actual[i]}, not ${value}: ${actual}`)
}

describe('worked examples', () => {
  it('popularity counts', () => {
    assert.deepEqual(scoresOf(openPopularity(trainPopularity(fromSequences([[0, 2], [2]], 4))), 4, {}), [1, 0, 2, 0])
  })

  it('skip-Markov, of 0 → 1 → 2: M_01 = 1, M_02 = .8, M_12 = 1', () => {
    const model = openSkipMarkov(trainSkipMarkov(fromSequences([[0, 1, 2]], 3)))
    const [fromZero, fromOne] = [Math.sqrt(1.8 + 20), Math.sqrt(1 + 20)]
    // The sums of the columns are 1 and 1.8.
    near(scoresOf(model, 3, { history: [0] }), [0, 1 / fromZero, 0.8 / fromZero / 1.8 ** 0.3])
    // One step back 1, two steps back .8.
    near(scoresOf(model, 3, { history: [0, 1] }), [
      0,
      0.8 / fromZero,
      (1 / fromOne + (0.8 * 0.8) / fromZero) / 1.8 ** 0.3,
    ])
  })

  it('SLIT with decay ½ of 0 → 1 → 0: S = [1 0; ½ 1], Y = [e₁; e₀]', () => {
    const settings = { memories: [{ decay: 0.5, length: 9 }], regularization: 1, sizeMax: 10, keep: 10 }
    const model = openSlit(trainSlit(fromSequences([[0, 1, 0]]), settings))
    // SᵀS + I = [2.25 .5; .5 2], its determinant 4.25; SᵀY = [.5 1; 1 0].
    near(scoresOf(model, 2, { history: [0] }), [(2 * 0.5 - 0.5 * 1) / 4.25, 2 / 4.25])
    near(scoresOf(model, 2, { history: [1] }), [(2.25 * 1 - 0.5 * 0.5) / 4.25, -0.5 / 4.25])
  })

  it('SLIT with two memories agrees with the normal equations written out', () => {
    // One sequence 0 → 1 → 2 → 1, decays 0.5 and 0.9: the rows of S = [S_1 S_2] and the next item.
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
    const model = openSlit(
      trainSlit(fromSequences([[0, 1, 2, 1]]), { memories, regularization: 2, sizeMax: 10, keep: 10 }),
    )
    // (SᵀS + 2I) B = SᵀY exactly where SᵀS B + 2B − SᵀY vanishes. Scores show B's rows 0 to 2 plus 3 to 5. By the
    // push-through identity x B = x Sᵀ (S Sᵀ + 2I)⁻¹ Y, a system of 3.
    const K = S.map((row, i) =>
      S.map((other, j) => row.reduce((sum, x, f) => sum + x * other[f]!, 0) + (i === j ? 2 : 0)),
    )
    const x = S[2]!
    const k = S.map(row => row.reduce((sum, value, f) => sum + value * x[f]!, 0))
    const alpha = solve3(K, k)
    const expected = [0, 0, 0]
    for (const [row, item] of next.entries()) expected[item]! += alpha[row]!
    near(scoresOf(model, 3, { history: [0, 1, 2] }), expected)
  })

  it('SLIT weighs what comes next by its weight, and what came before by its own', () => {
    const settings = { memories: [{ decay: 0.5, length: 9 }], regularization: 1, sizeMax: 10, keep: 10 }
    const sequences = fromSequences([[0, 1, 0]])
    const model = openSlit(trainSlit({ ...sequences, weights: Float32Array.of(1, 2, 3) }, settings))
    // S = [1 0; ½ 2], weighed 2 and 3: SᵀWS + I = [2 + ¾ + 1, 3; 3, 12 + 1], its determinant 39.75; SᵀWY = [1.5 2; 6
    // 0].
    near(scoresOf(model, 2, { history: [0] }), [(13 * 1.5 - 3 * 6) / 39.75, (13 * 2) / 39.75])
    near(scoresOf(model, 2, { history: [1] }), [(3.75 * 6 - 3 * 1.5) / 39.75, (-3 * 2) / 39.75])
  })

  it('EASE of two users, λ = 1: P = [3 1; 1 2]⁻¹, B_01 = −P_01 / P_11', () => {
    const model = openEase(
      trainEase(fromSequences([[0, 1], [0]]), { ...EASE, regularization: 1, memory: { decay: 1, length: 9 } }),
    )
    near(scoresOf(model, 2, { history: [0] }), [0, 1 / 3])
    near(scoresOf(model, 2, { history: [1] }), [1 / 2, 0])
  })

  it('the graph walk of two users, with exponents .8 and .2', () => {
    const model = openGraphWalk(
      trainGraphWalk(
        fromSequences([
          [0, 1],
          [0, 1, 2],
        ]),
      ),
    )
    // Both users lead from 0 to 1, with shares 1/2 and 1/3; only the second one to 2.
    near(scoresOf(model, 3, { history: [0] }), [0, (1 / 2 + 1 / 3) * 2 ** -0.8 * 2 ** -0.2, (1 / 3) * 2 ** -0.8])
  })

  it('context-kNN: what came after the same context, the cube of its cosine', () => {
    const model = openContextKnn(
      trainContextKnn(
        fromSequences([
          [0, 1],
          [2, 0, 3],
        ]),
      ),
    )
    // x_u = e_0 is the first user's prefix; the second one's is e_0 + .8 e_2.
    near(scoresOf(model, 4, { history: [0] }), [0, 1, 0, 1 / Math.sqrt(1.64) ** 3])
  })

  it('personal frequency: each event of the history, .95 for a step back', () => {
    const model = openPersonalFrequency({ memory: { decay: 0.95, length: 9 } })
    near(scoresOf(model, 3, { history: [1, 0, 1] }), [0.95, 1 + 0.95 ** 2, 0])
    near(scoresOf(model, 3, { history: [1, 0], weights: Float32Array.of(2, 3) }), [3, 1.9, 0])
  })

  it('the cold user: with little regularization, the mean of those with the same property', () => {
    const interactions = fromSequences([[0], [0], [1], [1]], 2)
    const settings = { ...COLD_USER, regularization: 1e-3, biasRegularization: 1e-3, eventsMax: 0 }
    const model = openColdUser(trainColdUser(interactions, [['f'], ['f'], ['f'], ['m']], settings))
    const rounded = (properties: readonly string[]) =>
      scoresOf(model, 2, { properties }).map(score => Math.round(score * 100) / 100)
    assert.deepEqual(rounded(['f']), [0.67, 0.33])
    assert.deepEqual(rounded(['m']), [0, 1])
  })

  it('the cold user learns from users as they were after 0 events, and after 1: the means of what came later', () => {
    const interactions = fromSequences([[0], [0, 1], [2, 0]], 3)
    const settings = { ...COLD_USER, eventsMax: 0, biasRegularization: 1e-6 }
    const model = openColdUser(trainColdUser(interactions, [], settings))
    near(scoresOf(model, 3, {}), [1, 1 / 3, 1 / 3])
    near(scoresOf(model, 3, { history: [0] }), [1 / 2, 1 / 2, 0])
  })

  it('the cold user of whom nothing is known, or only what nobody had, is recommended what is popular', () => {
    const interactions = fromSequences([[0], [0, 1], [2, 0]], 3)
    const model = openColdUser(trainColdUser(interactions, [['f'], ['m'], ['m']]))
    for (const properties of [[], [null as unknown as string], ['x']]) {
      const [first, second] = scoresOf(model, 3, { properties })
      assert.ok(first! > 0.7 && second! < 0.5)
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
