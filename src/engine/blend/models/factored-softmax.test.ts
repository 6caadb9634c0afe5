import assert from 'node:assert/strict'
import { after, describe, it } from 'node:test'
import { rings, scoresOf } from '#test/engine.ts'
import { fromSequences } from '#test/interactions.ts'
import { filterEvents } from '../../interactions.ts'
import { createRandom } from '../../math/random.ts'
import { threadCount, useThreads } from '../../team/team.ts'
import {
  FACTORED_SOFTMAX,
  type FactoredSoftmaxState,
  openFactoredSoftmax,
  trainFactoredSoftmax,
} from './factored-softmax.ts'
import { SEEDS_APART } from './factored-softmax-descent.ts'
import type { FactoredSoftmaxSettings } from './factored-softmax-layout.ts'

/** A comparison of thousands of numbers one by one would be printed for minutes. */
const isSame = (a: FactoredSoftmaxState, b: FactoredSoftmaxState) =>
  Buffer.from(a.inputs.buffer).equals(Buffer.from(b.inputs.buffer)) &&
  Buffer.from(a.outputs.buffer).equals(Buffer.from(b.outputs.buffer))

describe('factored softmax', () => {
  const usual = threadCount()
  after(() => useThreads(usual))

  it('has scores in the ratio of the probabilities, however the negatives are drawn', () => {
    const random = createRandom(1)
    // After item 0 comes item 1 three times in four, otherwise item 2; item 0 comes after both.
    const sequences = Array.from({ length: 300 }, () =>
      Array.from({ length: 40 }, (_, step) => (step % 2 === 0 ? 0 : random() < 0.75 ? 1 : 2)),
    )
    for (const byPopularity of [0.1, 0.9]) {
      const settings = { ...FACTORED_SOFTMAX, passes: 10, byPopularity }
      const model = openFactoredSoftmax(trainFactoredSoftmax(fromSequences(sequences, 4), settings))
      const [after, likely, unlikely, never] = scoresOf(model, 4, { history: [0, 1, 0, 2, 0] }) as [
        number,
        number,
        number,
        number,
      ]
      assert.equal(likely, 1)
      assert.ok(unlikely > 0.23 && unlikely < 0.45, `${byPopularity}: ${unlikely}`)
      assert.ok(after < 0.05 && never < 0.05, `${byPopularity}: ${after}, ${never}`)
    }
  })

  it('learns more of an item that counts more', () => {
    const sequences = Array.from({ length: 200 }, (_, user) => (user % 2 === 0 ? [0, 1] : [0, 2]))
    const weights = Float32Array.from(sequences.flat(), item => (item === 2 ? 3 : 1))
    const settings = { ...FACTORED_SOFTMAX, passes: 30 }
    const model = openFactoredSoftmax(trainFactoredSoftmax({ ...fromSequences(sequences, 3), weights }, settings))
    const scores = scoresOf(model, 3, { history: [0] })
    assert.ok(scores[1]! < 0.5 && scores[2] === 1, `${scores}`)
  })

  it('draws vectors to 0 as much whatever all events count, and keeps popularity', () => {
    const random = createRandom(3)
    // Item 0 comes half of the time, the ten others in a ring.
    let last = 0
    const next = () => {
      if (random() < 0.5) return 0
      last = 1 + (last % 10)
      return last
    }
    const sequences = Array.from({ length: 300 }, () => Array.from({ length: 20 }, next))
    const data = fromSequences(sequences, 11)
    const scoresWith = (regularization: number, weight: number) => {
      const weights = new Float32Array(data.sequence.length).fill(weight)
      const settings = { ...FACTORED_SOFTMAX, gate: undefined, regularization, passes: 10 }
      const model = openFactoredSoftmax(trainFactoredSoftmax({ ...data, weights }, settings))
      return scoresOf(model, 11, { history: [4], weights: Float32Array.of(weight) })
    }
    const [free, drawn, drawnFar, counted] = [scoresWith(0, 1), scoresWith(3, 1), scoresWith(30, 1), scoresWith(3, 10)]
    const shareOf = (scores: ArrayLike<number>) => scores[8]! / scores[5]!
    assert.ok(shareOf(free) < 0.005 && shareOf(drawn) > 0.01 && shareOf(drawnFar) > 0.9, `${[free, drawn, drawnFar]}`)
    const isNear = (scores: ArrayLike<number>, others: ArrayLike<number>, apart: number) =>
      Array.from(scores).every((score, item) => Math.abs(score - others[item]!) < apart)
    const counts = [1, ...new Array<number>(10).fill(0.1)]
    assert.ok(isNear(drawnFar, counts, 0.02), `${drawnFar}`)
    assert.ok(isNear(drawn, counted, 1e-3), `${drawn}, ${counted}`)
  })

  it('tells by a gate what two items say together and neither says alone', () => {
    // After 0 2 and 1 3 comes 4, after 0 3 and 1 2 comes 5.
    const random = createRandom(2)
    const sequences = Array.from({ length: 500 }, () => {
      const [first, second] = [random() < 0.5 ? 0 : 1, random() < 0.5 ? 0 : 1]
      return [first, 2 + second, first === second ? 4 : 5]
    })
    const settings = { ...FACTORED_SOFTMAX, dimensions: 16, negatives: 8, rate: 0.4, passes: 200, members: 1 }
    const sharesOf = (gate: FactoredSoftmaxSettings['gate']) => {
      const model = openFactoredSoftmax(trainFactoredSoftmax(fromSequences(sequences, 6), { ...settings, gate }))
      return [0, 1].flatMap(first =>
        [2, 3].map(second => {
          const scores = scoresOf(model, 6, { history: [first, second] })
          const right = second - 2 === first ? 4 : 5
          return scores[right]! / (scores[4]! + scores[5]!)
        }),
      )
    }
    const [without, gated] = [undefined, FACTORED_SOFTMAX.gate].map(sharesOf)
    assert.ok(
      gated!.every(share => share > 0.9),
      `${gated}`,
    )
    assert.ok(
      without!.some(share => share < 0.6),
      `${without}`,
    )
  })

  it('scores by the mean of several trainings', () => {
    const data = rings(30, 1)
    const scores = [{ members: 2 }, { members: 1 }, { members: 1, seed: FACTORED_SOFTMAX.seed + SEEDS_APART }].map(
      settings =>
        scoresOf(openFactoredSoftmax(trainFactoredSoftmax(data, { ...FACTORED_SOFTMAX, ...settings })), 30, {
          history: [3, 4],
        }),
    )
    const likely = [...scores[0]!.keys()].filter(item => scores.every(some => some[item]! > 0))
    assert.ok(likely.length > 2, `${likely}`)
    const logs = likely.map(item => scores.map(some => Math.log(some[item]!)))
    for (const [one, other] of logs.map(own => own.map((log, model) => log - logs[0]![model]!)).entries())
      assert.ok(Math.abs(other[0]! - (other[1]! + other[2]!) / 2) < 2e-3, `${likely[one]}: ${other}`)
  })

  it('is of as many trainings as a request has time for', () => {
    const data = rings(100, 1)
    const numbers = FACTORED_SOFTMAX.dimensions * 100
    for (const [numbersMax, members] of [
      [3 * numbers, 3],
      [9 * numbers, 4],
      [0.5 * numbers, 1],
    ] as const) {
      const { dimensions } = trainFactoredSoftmax(data, { ...FACTORED_SOFTMAX, passes: 1, numbersMax })
      assert.equal(dimensions, members * FACTORED_SOFTMAX.dimensions)
    }
  })

  it('has the same vectors on any number of threads', () => {
    const data = rings(100, 1)
    const trained = [1, 3].map(threads => {
      useThreads(threads, 0)
      return trainFactoredSoftmax(data)
    })
    assert.ok(isSame(trained[1]!, trained[0]!))
    assert.ok(trained[0]!.inputs.every(Number.isFinite))
  })

  it('learns from the most popular items alone where there are too many', () => {
    const state = trainFactoredSoftmax(rings(100, 1), { ...FACTORED_SOFTMAX, itemsMax: 30 })
    assert.equal(state.popular.length, 30)
    const scores = scoresOf(openFactoredSoftmax(state), 100, { history: [state.popular[0]!] })
    assert.ok(scores.every((score, item) => score === 0 || state.popular.includes(item)))
  })

  it('goes on from a training of part of the events, and learns what is new in the others', () => {
    const data = rings(300, 1)
    // The items of the last ring are new, so some of them take the places of others among the most popular.
    const part = filterEvents(data, (event, user) => user < 250 && data.sequence[event]! < 90)
    const settings = { ...FACTORED_SOFTMAX, passes: 10, itemsMax: 95, members: 2 }
    const before = trainFactoredSoftmax(part, settings)
    const again = trainFactoredSoftmax(data, settings, before)
    assert.equal(again.dimensions, before.dimensions)
    assert.equal(again.learned, undefined)
    const asItWas = { ...settings, again: { ...settings.again!, rate: 1e-9 } }
    const kept = trainFactoredSoftmax(data, asItWas, before)
    /** How many items of these rings have the next one of their ring as the likeliest. */
    const rightIn = (state: FactoredSoftmaxState, firstRing: number, end: number) => {
      const model = openFactoredSoftmax(state)
      const items = Array.from({ length: 10 * (end - firstRing) }, (_, place) => 10 * firstRing + place)
      return items.filter(item => {
        const scores = scoresOf(model, 100, { history: [item] })
        return scores.indexOf(Math.max(...scores)) === item - (item % 10) + ((item + 1) % 10)
      }).length
    }
    // Five items have no vectors.
    for (const state of [before, kept, again]) assert.ok(rightIn(state, 0, 9) >= 80)
    assert.equal(rightIn(kept, 9, 10), 0)
    assert.ok(rightIn(again, 9, 10) >= 5)
  })

  it('reads no more events than it may', () => {
    const one = trainFactoredSoftmax(rings(100, 1), { ...FACTORED_SOFTMAX, passes: 1 })
    const capped = trainFactoredSoftmax(rings(100, 1), { ...FACTORED_SOFTMAX, passes: 9, eventsMax: 2900 })
    assert.ok(isSame(capped, one))
    assert.ok(!isSame(trainFactoredSoftmax(rings(100, 1), { ...FACTORED_SOFTMAX, passes: 9 }), one))
  })
})
