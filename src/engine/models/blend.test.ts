import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { Question } from '../interactions.ts'
import { createRandom } from '../math/random.ts'
import { pool, trainBlend } from './blend.ts'
import { firstEvents, trainFewEvents } from './few-events.ts'
import type { Model } from './model.ts'

const ITEMS = 40
const fixed = (scores: readonly number[]): Model => ({ score: (_history, out) => out.set(scores) })
const scoresOf = (model: Model, history: readonly number[] = [], items = ITEMS) => {
  const out = new Float64Array(items)
  model.score(Int32Array.from(history), out)
  return out
}

/** The next item is the last one + 1 for users whose first item is even, + 2 for the others: each model knows one half. */
const questions = (count: number): Question[] => {
  const random = createRandom(5)
  return Array.from({ length: count }, (_, user) => {
    const [first, last] = [Math.floor(random() * ITEMS), Math.floor(random() * ITEMS)]
    const target = (last + (first % 2 === 0 ? 1 : 2)) % ITEMS
    return { user, history: Int32Array.of(first, last), targets: Int32Array.of(target) }
  }).filter(({ history, targets }) => !history.includes(targets[0]!))
}
const knowing = (remainder: number, step: number): Model => ({
  score(history, out) {
    out.fill(0.1)
    out[(history.at(-1)! + step) % ITEMS] = history[0]! % 2 === remainder ? 1 : 0.2
  },
})
const useless = fixed(Array.from({ length: ITEMS }, (_, item) => item))

describe('the pool', () => {
  it('is Σ w log(share + ε), shares of the greatest score and none below 0', () => {
    const model = pool([fixed([4, 2, -1]), fixed([0, 5, 10])], 3, { weights: [0.75, 0.25], floor: 0.1 })
    const expected = [
      0.75 * Math.log(1.1) + 0.25 * Math.log(0.1),
      0.75 * Math.log(0.6) + 0.25 * Math.log(0.6),
      0.75 * Math.log(0.1) + 0.25 * Math.log(1.1),
    ]
    for (const [i, score] of scoresOf(model, [], 3).entries()) assert.ok(Math.abs(score - expected[i]!) < 1e-12)
  })

  it('does not ask a model of weight 0', () => {
    const never: Model = { score: () => assert.fail('asked') }
    pool([never, useless], ITEMS, { weights: [0, 1], floor: 0.1 }).score(new Int32Array(), new Float64Array(ITEMS))
  })

  it('says nothing where a model has no score above 0', () => {
    const model = pool([fixed([0, 0]), fixed([1, 2])], 2, { weights: [0.5, 0.5], floor: 0.1 })
    const [first, second] = scoresOf(model, [], 2)
    assert.ok(second! > first!)
  })
})

describe('trainBlend', () => {
  it('gives weight to the models that each know a half, next to none to the useless one', () => {
    const blend = trainBlend([useless, knowing(0, 1), knowing(1, 2)], ITEMS, questions(300))
    assert.ok(blend.weights[0]! < 0.1)
    assert.ok(blend.weights[1]! > 0.2 && blend.weights[2]! > 0.2)
    assert.ok(Math.abs(blend.weights.reduce((a, b) => a + b) - 1) < 1e-9)
    assert.equal(blend.ndcg, 1)
  })

  it('is never worse on its questions than the best model alone', () => {
    const models = [knowing(0, 1), useless]
    const alone = models.map(model => trainBlend([model], ITEMS, questions(200)).ndcg)
    assert.ok(trainBlend(models, ITEMS, questions(200)).ndcg >= Math.max(...alone))
  })

  it('gives the same weights every time', () => {
    const weights = () => trainBlend([useless, knowing(0, 1), knowing(1, 2)], ITEMS, questions(100)).weights
    assert.deepEqual(weights(), weights())
  })

  it('has one model to choose, and takes it, when there are no questions', () => {
    assert.deepEqual(trainBlend([useless, knowing(0, 1)], ITEMS, []).weights, [1, 0])
  })
})

describe('trainFewEvents', () => {
  const popular = fixed(Array.from({ length: ITEMS }, (_, item) => (item < 10 ? 1 : 0)))
  /** Knows that users stay within their ten items, but nothing of a user without events. */
  const staying: Model = {
    score(history, out) {
      out.fill(0)
      for (const item of history) for (let i = item - (item % 10); i < item - (item % 10) + 10; i++) out[i]!++
    },
  }
  const random = createRandom(9)
  const users: Question[] = Array.from({ length: 200 }, (_, user) => {
    const ten = random() < 0.5 ? 0 : 10 * Math.floor(random() * 4)
    return { user, history: new Int32Array(), targets: Int32Array.from({ length: 10 }, (_, i) => ten + ((i * 3) % 10)) }
  })
  const model = trainFewEvents([popular, staying], ITEMS, users)
  const best = (history: readonly number[]) => {
    const scores = scoresOf(model, history)
    return scores.indexOf(Math.max(...scores))
  }

  it('trusts popularity without events, and the events as soon as there are any', () => {
    assert.ok(best([]) < 10)
    for (const history of [[25], [25, 21], [25, 21, 22, 23, 24]]) assert.equal(Math.floor(best(history) / 10), 2)
  })

  it('asks for what comes after the first events, and not where nothing does', () => {
    const question = { user: 0, history: new Int32Array(), targets: Int32Array.of(7, 8, 9) }
    const { history, targets } = firstEvents(question, 2)!
    assert.deepEqual([[...history], [...targets]], [[7, 8], [9]])
    assert.equal(firstEvents(question, 3), undefined)
  })
})
