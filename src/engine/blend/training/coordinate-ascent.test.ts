import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { Question } from '../../interactions.ts'
import { createRandom } from '../../math/random.ts'
import type { Model } from '../models/model.ts'
import { ascendAll, FLOORS } from './coordinate-ascent.ts'
import { ndcgOf } from './ndcg-of-weights.ts'
import { type Shortlist, shortlister } from './shortlist.ts'

const ITEMS = 40
const settings = { k: 10 }

/**
 * The next item is the last one + 1 for users whose first item is even, + 2 for the others: each model knows one half.
 */
function questionsOf(count: number): Question[] {
  const random = createRandom(5)
  return Array.from({ length: count }, (_, user) => {
    const [first, last] = [Math.floor(random() * ITEMS), Math.floor(random() * ITEMS)]
    const target = (last + (first % 2 === 0 ? 1 : 2)) % ITEMS
    return { user, history: Int32Array.of(first, last), targets: Int32Array.of(target) }
  }).filter(({ history, targets }) => !history.includes(targets[0]!))
}
const knowing = (remainder: number, step: number): Model => ({
  score({ history }, out) {
    for (let item = 0; item < ITEMS; item++) out.add(item, 0.1)
    out.add((history.at(-1)! + step) % ITEMS, history[0]! % 2 === remainder ? 0.9 : 0.1)
  },
})
const useless: Model = { prior: Float64Array.from({ length: ITEMS }, (_, item) => item), score() {} }

const chosenBy = (lists: readonly Shortlist[], models: number) =>
  ascendAll([lists], models, [{ lists: 0, settings, floors: FLOORS }])[0]!

const chosen = (models: readonly Model[], questions: readonly Question[], repeats = false) => {
  const lists = questions.map(shortlister(models, ITEMS, { length: 50, repeats }))
  return chosenBy(lists, models.length)
}

describe('ascendAll', () => {
  it('gives weight to the models that each know a half, next to none to the useless one', () => {
    const { weights, ndcg } = chosen([useless, knowing(0, 1), knowing(1, 2)], questionsOf(300))
    assert.ok(weights[0]! < 0.1)
    assert.ok(weights[1]! > 0.2 && weights[2]! > 0.2)
    assert.ok(Math.abs(weights.reduce((a, b) => a + b) - 1) < 1e-9)
    assert.equal(ndcg, 1)
  })

  it('is never worse on its questions than the best model alone', () => {
    const models = [knowing(0, 1), useless]
    const alone = models.map(model => chosen([model], questionsOf(200)).ndcg)
    assert.ok(chosen(models, questionsOf(200)).ndcg >= Math.max(...alone))
  })

  it('returns the same weights every time', () => {
    const models = [useless, knowing(0, 1), knowing(1, 2)]
    assert.deepEqual(chosen(models, questionsOf(100)), chosen(models, questionsOf(100)))
  })

  it('takes the first model when there are no questions', () => {
    assert.deepEqual(chosen([useless, knowing(0, 1)], []).weights, [1, 0])
  })

  it('gives no weight to a model that has nothing to say', () => {
    const silent: Model = { score() {} }
    const lists = questionsOf(50).map(shortlister([useless, silent], ITEMS, { length: 50, repeats: false }))
    const { weights } = chosenBy(lists, 2)
    assert.deepEqual(weights, [1, 0])
  })

  it('counts a question without an answer among the models as 0', () => {
    const onlyThis: Model = { score: (_asked, out) => out.add(7, 1) }
    const asking = (target: number) => ({ user: 0, history: Int32Array.of(1), targets: Int32Array.of(target) })
    assert.equal(chosen([onlyThis], [asking(7), asking(8)]).ndcg, 0.5)
  })

  it('ranks items of the history as far from others as habits say', () => {
    const again: Model = { score: ({ history }, out) => [out.add(history.at(-1)!, 1), out.add(4, 0.9)] }
    const question = { user: 0, history: Int32Array.of(3), targets: Int32Array.of(3) }
    const lists = [shortlister([again], ITEMS, { length: 5, repeats: true })(question)]
    const quality = (shift: number) => ndcgOf(lists, { weights: [1], floor: 1 }, { k: 1, habit: { shift, weight: 0 } })
    assert.deepEqual([quality(0), quality(-1)], [1, 0])
  })

  it('adds what the context says, by its weight', () => {
    const models: Model[] = [{ score: (_asked, out) => [out.add(0, 1), out.add(1, 0.9)] }]
    const context: Model = { score: (_asked, out) => out.add(1, 1) }
    const question = { user: 0, history: Int32Array.of(9), targets: Int32Array.of(1) }
    const lists = [shortlister(models, ITEMS, { length: 5, repeats: false, context })(question)]
    const quality = (contextWeight: number) => ndcgOf(lists, { weights: [1], floor: 1 }, { ...settings, contextWeight })
    assert.ok(quality(0) < 1)
    assert.equal(quality(1), 1)
  })
})
