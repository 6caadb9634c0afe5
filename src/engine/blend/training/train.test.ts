import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { checkerboard, market, reloaded, rings } from '#test/engine.ts'
import { evaluate } from '#test/evaluate.ts'
import { fromSequences } from '#test/interactions.ts'
import { laterEvents, leaveLastOut } from '#test/questions.ts'
import { filterEvents, historyOf } from '../../interactions.ts'
import { createRandom } from '../../math/random.ts'
import type { TrainingProgress } from '../../report.ts'
import { threadCount, useThreads } from '../../team/team.ts'
import type { PersonalizationData } from '../models.ts'
import { openPersonalization, type Personalization } from '../serving/personalization.ts'
import { apart, joined } from '../serving/score-in-threads.ts'
import { overrides, trainPersonalization } from './train.ts'

/** A little below what was measured when this was written, so that rounding may differ but nothing may get lost. */
const GOLDEN = { hitRate: 0.73, ndcg: 0.48 }

const usual = threadCount()

const featured = (feature: number) => ({ features: Int32Array.of(feature), events: 0 })

const listOf = (model: Personalization, history: readonly number[], count = 10) => [
  ...model
    .ask({ history: Int32Array.from(history) })
    .rank()
    .items.subarray(0, count),
]

describe('trainPersonalization', () => {
  const whole = market(1200, 1)
  const { test } = leaveLastOut(whole.interactions)
  const data = { ...whole, interactions: test.train }
  const progress: TrainingProgress[] = []
  const state = trainPersonalization(data, {}, step => progress.push(step))
  const model = openPersonalization(state)

  it('reaches what it reached: golden figures on generated data', () => {
    const measured = evaluate(
      model,
      120,
      test.questions.map(question => ({ ...question, properties: whole.users[question.user]! })),
      { ks: [10] },
    )
    assert.ok(measured['hitRate@10']! > GOLDEN.hitRate, `${measured['hitRate@10']}`)
    assert.ok(measured['ndcg@10']! > GOLDEN.ndcg, `${measured['ndcg@10']}`)
  })

  it('returns the same bits for the same seed, on however many threads', () => {
    const some = market(300, 1)
    const [one, two, three] = [1, 2, 3].map(threads => {
      useThreads(threads, 0)
      return trainPersonalization(some)
    })
    useThreads(usual)
    assert.deepEqual(two, one)
    assert.deepEqual(three, one)
  })

  it('answers several questions in a message as each of them alone', () => {
    const known = Array.from({ length: 40 }, (_, user) => ({
      history: historyOf(test.train, user).slice(0, user % 12),
      properties: user % 3 === 0 ? undefined : whole.users[user],
    }))
    const asked = [...known, { history: new Int32Array(0) }]
    for (const count of [1, 5, asked.length]) {
      const some = asked.slice(-count)
      const lists = some.map(query => model.score(query, { total: true }))
      assert.deepEqual(apart(joined(lists)), lists)
    }
  })

  it('answers the same when it was saved and loaded', () => {
    const again = openPersonalization(reloaded(state))
    const query = { history: Int32Array.of(3, 4, 5), properties: ['likes 7'] }
    assert.deepEqual(again.ask(query).rank(), model.ask(query).rank())
    assert.deepEqual(again.metrics, model.metrics)
    assert.equal(again.ask(query).coldItems()(featured(2)), model.ask(query).coldItems()(featured(2)))
  })

  it('measures as the service does', () => {
    const { metrics } = state
    assert.ok(
      Object.values(metrics).every(value => value > 0 && value <= 1),
      JSON.stringify(metrics),
    )
    assert.ok(metrics.normalized_discounted_cumulative_gain_at_25 > metrics.normalized_discounted_cumulative_gain_at_5)
    assert.ok(metrics.coverage > 0.9)
  })

  it('ranks all items, those of the history last where nothing is ever repeated', () => {
    assert.ok(state.habits!.rate < 0.001, `${state.habits!.rate}`)
    const list = listOf(model, [3, 4, 5], 120)
    assert.equal(new Set(list).size, 120)
    assert.deepEqual(list.slice(-3).sort(), [3, 4, 5])
  })

  it('recommends by properties where there is no history, and is better than without them', () => {
    const strangers = market(300, 9)
    const questions = laterEvents(
      strangers.interactions,
      strangers.users,
      Int32Array.from({ length: 300 }, (_, user) => user),
      0,
    )
    const gain = (some: typeof questions) => evaluate(model, 120, some, { ks: [10] })['ndcg@10']!
    const unknown = questions.map(question => ({ ...question, properties: undefined }))
    assert.ok(gain(questions) > 1.5 * gain(unknown), `${gain(questions)} against ${gain(unknown)}`)
  })

  it('scores an item that came later by its features, as one may hope', () => {
    const scoreOf = model.ask({ history: Int32Array.of(24, 25, 26, 27, 28) }).coldItems()
    assert.ok(scoreOf(featured(2)) > scoreOf(featured(5)))
    const scores = model.ask({ history: Int32Array.of(24, 25, 26, 27, 28) }).scoresOf([29, 100])
    assert.ok(scoreOf(featured(2)) < scores[0]!)
  })

  it('reports progress through all phases', () => {
    assert.deepEqual(
      [...new Set(progress.map(({ phase }) => phase))],
      ['training', 'choosing', 'measuring', 'training on everything'],
    )
    assert.ok(progress.every(({ done, total }) => done >= 0 && done < total))
  })
})

describe('what is learned', () => {
  it('recommends within the group: a checkerboard', () => {
    const { interactions } = checkerboard(200, 50)
    const model = openPersonalization(trainPersonalization({ interactions }))
    for (const history of [
      [0, 4, 8],
      [1, 5, 9],
    ]) {
      const list = listOf(model, history)
      assert.ok(
        list.every(item => item % 2 === history[0]! % 2),
        `${list}`,
      )
    }
  })

  it('recommends again what is had again and again, as in a grocery', () => {
    const random = createRandom(4)
    const sequences = Array.from({ length: 400 }, () => {
      const basket = Array.from({ length: 4 }, () => Math.floor(random() * 200))
      return Array.from({ length: 20 }, () => basket[Math.floor(random() * 4)]!)
    })
    const state = trainPersonalization({ interactions: fromSequences(sequences, 200) })
    assert.ok(state.habits!.rate > 0.5, `${state.habits!.rate}`)
    const history = [7, 99, 7, 150, 99]
    assert.deepEqual(listOf(openPersonalization(state), history, 3).sort(), [150, 7, 99])
    assert.ok(state.metrics.mean_reciprocal_rank_at_25 > 0.5)
  })

  it('uses the context where it helps', () => {
    const random = createRandom(8)
    const sequences = Array.from({ length: 600 }, () => Array.from({ length: 12 }, () => Math.floor(random() * 40)))
    const interactions = fromSequences(sequences, 40)
    // Even items on the phone, odd ones at the desk, nine times in ten.
    const classes = interactions.sequence.map(item => (random() < 0.9 ? item % 2 : 1 - (item % 2)))
    const state = trainPersonalization({
      interactions: { ...interactions, contexts: { values: [['phone', 'desk']], classes } },
    })
    assert.ok(state.blends.at(-1)!.contextWeight > 0)
    const model = openPersonalization(state)
    for (const [remainder, context] of [['phone'], ['desk']].entries()) {
      const list = model
        .ask({ history: Int32Array.of(3, 4), context })
        .rank()
        .items.subarray(0, 8)
      assert.ok(
        list.every(item => item % 2 === remainder),
        `${context}: ${list}`,
      )
    }
  })

  it('leaves out events of weight 0', () => {
    const { interactions } = checkerboard(200, 50)
    const weights = Float32Array.from(interactions.sequence, (_, event) => (event % 3 === 0 ? 0 : 1))
    const some = filterEvents({ ...interactions, weights }, event => event % 3 !== 0)
    const history = [0, 4, 8]
    const listed = (data: PersonalizationData) => listOf(openPersonalization(trainPersonalization(data)), history, 50)
    assert.deepEqual(listed({ interactions: { ...interactions, weights } }), listed({ interactions: some }))
  })

  it('takes a history as a whole where newer events are not to matter more', () => {
    const [early, late] = [Array.from({ length: 5 }, (_, i) => 22 + i), Array.from({ length: 5 }, (_, i) => 82 + i)]
    /** How much more the next of a ring is recommended after having walked there lately than some time ago. */
    const gain = (recency: boolean) => {
      const model = openPersonalization(trainPersonalization({ interactions: rings(150, 1) }, { recency }))
      const [score, other] = [
        [...early, ...late],
        [...late, ...early],
      ].map(history => model.ask({ history: Int32Array.from(history) }).scoresOf([87])[0]!)
      return score! - other!
    }
    assert.ok(gain(true) > 0.03, `${gain(true)}`)
    assert.ok(Math.abs(gain(false)) < 1e-6, `${gain(false)}`)
  })

  it('learns nothing from the order of events of one moment', () => {
    const { interactions } = checkerboard(200, 50)
    const sorted = filterEvents(interactions, () => true)
    for (let user = 0; user < 200; user++) historyOf(sorted, user).sort()
    const times = new Float64Array(sorted.sequence.length)
    const model = openPersonalization(trainPersonalization({ interactions: { ...sorted, times } }))
    // By number, 12 would come next, again and again.
    const first = [
      [2, 4, 6, 8, 10],
      [22, 24, 26, 28, 30],
      [0, 6, 20, 40, 10],
    ].map(history => listOf(model, history, 1)[0]!)
    assert.ok(first[0] !== 12 || first[1] !== 32, `${first}`)
  })

  it('looks back as far as bptt says', () => {
    assert.deepEqual(overrides({ bptt: 4, hidden_dimension: 149, recency_mask: 'true' }), { stepsBack: 4 })
    const { interactions } = market(400, 3)
    const model = openPersonalization(trainPersonalization({ interactions }, { ...overrides({ bptt: 2 }) }))
    const far = Array.from({ length: 9 }, (_, i) => 12 * i)
    const list = (first: readonly number[]) =>
      listOf(model, [...first, ...far], 50).filter(item => !first.includes(item))
    assert.deepEqual(
      list([1]).slice(0, 10),
      list([61])
        .filter(item => item !== 1)
        .slice(0, 10),
    )
  })
})

describe('very little to learn from', () => {
  const sensible = (data: PersonalizationData, history: readonly number[] = []) => {
    const { items } = data.interactions
    const state = reloaded(trainPersonalization(data))
    const list = listOf(openPersonalization(state), history, items + 1)
    assert.equal(new Set(list).size, items)
    assert.ok(Object.values(state.metrics).every(Number.isFinite))
    return list
  }

  it('no items', () => assert.deepEqual(sensible({ interactions: fromSequences([], 0) }), []))
  it('no events', () => assert.deepEqual(sensible({ interactions: fromSequences([[], []], 3) }), [0, 1, 2]))
  it('one user', () => assert.equal(sensible({ interactions: fromSequences([[0, 1, 2]], 4) }).at(-1), 3))
  it('one item', () => assert.deepEqual(sensible({ interactions: fromSequences([[0], [0, 0]], 1) }), [0]))
  it('one event each: what is popular', () => {
    const sequences = Array.from({ length: 300 }, (_, user) => [user % 3 === 0 ? 2 : user % 5])
    assert.equal(sensible({ interactions: fromSequences(sequences, 6) })[0], 2)
    assert.equal(sensible({ interactions: fromSequences(sequences, 6) }).at(-1), 5)
  })
  it('users without properties among such as have them, features without any', () => {
    const interactions = fromSequences(
      Array.from({ length: 5 }, () => [0, 1, 2]),
      3,
    )
    const itemFeatures = { offsets: Int32Array.of(0, 0, 0, 0), features: new Int32Array() }
    sensible({ interactions, users: [['f'], [null], [], ['m'], ['f']], itemFeatures, features: 1 }, [1])
  })
  it('robots that have two items in turn, ten thousand times', () => {
    const { interactions } = market(300, 2)
    const people = Array.from({ length: 300 }, (_, user) => [...historyOf(interactions, user)])
    const robots = [0, 1].map(() => Array.from({ length: 20_000 }, (_, event) => (event % 2) * 7))
    assert.equal(
      listOf(
        openPersonalization(trainPersonalization({ interactions: fromSequences([...people, ...robots], 120) })),
        [3],
      ).length,
      10,
    )
  })

  it('a history longer than any other', () => {
    const { interactions } = checkerboard(60, 10)
    sensible({ interactions }, [...Array.from({ length: 400 }, (_, i) => i % 10), ...historyOf(interactions, 0)])
  })
})
