import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { listed, reloaded } from '#test/engine.ts'
import { fromEvents, fromSequences } from '#test/interactions.ts'
import type { Interactions } from '../interactions.ts'
import { createRandom } from '../math/random.ts'
import { openTrending, TREND_FREQUENCIES, trainTrending } from './trending.ts'
import { significance } from './trends.ts'

const HOUR = 3_600_000
const hourly = TREND_FREQUENCIES['1 hour']!

/** Events of items in each hour, evenly spread, each of another user. */
function hours(counts: readonly Readonly<Record<number, number>>[], from = 0): Interactions {
  const [items, times]: [number[], number[]] = [[], []]
  for (const [hour, of] of counts.entries())
    for (const [item, count] of Object.entries(of))
      for (let i = 0; i < count; i++) {
        items.push(Number(item))
        times.push(from + (hour + (i + 1) / count) * HOUR)
      }
  const users = Int32Array.from(items.keys())
  return fromEvents({ users, items: Int32Array.from(items), times: Float64Array.from(times) }, users.length, 10)
}
const day = Array.from({ length: 24 }, () => ({ 0: 1000, 1: 10, 2: 100 }))
const trending = (interactions: Interactions, interval = hourly) =>
  openTrending(reloaded(trainTrending(interactions, interval)))
const rising = (answer: ReturnType<ReturnType<typeof trending>['rank']>) =>
  listed(answer)
    .filter(({ score }) => score > 0)
    .map(({ item }) => item)

describe('significance', () => {
  it('is how far above what was expected, in deviations: (400 − 100) / (√100 + 3)', () => {
    assert.equal(significance(400, 100, 0), 300 / 13)
    assert.equal(significance(400, 100, 900), 300 / 33)
  })

  it('lets three events of an unknown item be noise, and 3000 that rise to 4000 not', () => {
    assert.equal(significance(3, 0, 0), 0)
    assert.ok(significance(4000, 3000, 3000) > significance(12, 0, 0))
  })
})

describe('trainTrending', () => {
  it('finds what rises, and not what is popular all the time; that comes after', () => {
    const model = trending(hours([...day, { 0: 1000, 1: 60, 2: 100, 3: 2 }]))
    assert.deepEqual(rising(model.rank()), [1])
    assert.deepEqual(model.rank().items.subarray(0, 4), Int32Array.of(1, 0, 2, 3))
  })

  it('finds what rises most first', () => {
    assert.deepEqual(rising(trending(hours([...day, { 0: 2000, 1: 40, 4: 30 }])).rank()), [0, 4, 1])
  })

  it('takes what comes and goes for usual', () => {
    const restless = Array.from({ length: 24 }, (_, hour) => ({ 0: hour % 2 === 0 ? 100 : 10, 1: 55 }))
    const [first, second] = listed(trending(hours([...restless, { 0: 100, 1: 100 }])).rank()).slice(0, 2)
    assert.equal(first!.item, 1)
    assert.ok(first!.score > 2 * second!.score)
  })

  it('lets a trend fade when it is over', () => {
    const scores = [0, 1, 2].map(later => {
      const after = Array.from({ length: later }, () => ({ 0: 1000, 1: 10, 2: 100 }))
      return listed(trending(hours([...day, { 0: 1000, 1: 200, 2: 100 }, ...after])).rank()).slice(0, 1)[0]!.score
    })
    assert.ok(Math.abs(scores[1]! / scores[0]! - 0.5) < 1e-6 && Math.abs(scores[2]! / scores[0]! - 0.25) < 1e-6)
  })

  it('looks at intervals of several steps', () => {
    const daily = trainTrending(
      hours([...day, ...day, ...day.map(() => ({ 0: 1000, 1: 40, 2: 100 }))]),
      TREND_FREQUENCIES['1 day']!,
    )
    assert.deepEqual(rising(openTrending(daily).rank()), [1])
  })

  it('foretells what goes on rising: golden accuracy on generated data', () => {
    const random = createRandom(2)
    const counts = Array.from({ length: 60 }, (_, hour) =>
      Object.fromEntries(
        Array.from({ length: 8 }, (_, item) => {
          const growth = item < 2 && hour > 50 ? 1.4 ** (hour - 50) : 1
          return [item, Math.round((30 + 5 * random()) * growth)]
        }),
      ),
    )
    const accuracy = trainTrending(hours(counts), hourly).metrics.trend_prediction_accuracy
    assert.ok(accuracy > 0.7 && accuracy <= 1, `${accuracy}`)
  })

  it('recommends what is popular where nothing is known of times', () => {
    const model = trending(fromSequences([[3, 3, 2, 2, 2]], 4))
    assert.deepEqual(rising(model.rank()), [])
    assert.deepEqual(model.rank().items.subarray(0, 2), Int32Array.of(2, 3))
    assert.deepEqual([...trending(fromSequences([], 0)).rank().items], [])
  })
})

describe('openTrending', () => {
  const end = 24 * HOUR

  it('sees new events and new items at once', () => {
    const model = trending(hours(day))
    for (let i = 0; i < 40; i++) model.add(30, end + i * 1000)
    assert.deepEqual(rising(model.rank(end + 40_000)), [30])
    assert.deepEqual(rising(model.rank(end + 1.1 * HOUR)), [30])
  })

  it('finds a trend after quiet days, by events of training and by new ones', () => {
    const quiet = Array.from({ length: 100 }, () => ({}))
    assert.deepEqual(rising(trending(hours([...day, ...quiet, { 1: 80 }])).rank()), [1])
    const model = trending(hours(day))
    for (let i = 0; i < 80; i++) model.add(1, end + 100 * HOUR + i * 1000)
    assert.deepEqual(rising(model.rank(end + 100 * HOUR + 80_000)), [1])
  })

  it('is as if it had been trained on what was added', () => {
    const later = { 0: 1200, 1: 50, 2: 90 }
    const model = trending(hours(day))
    const { sequence, times } = hours([later], end)
    for (const [at, item] of sequence.entries()) model.add(item, times![at]!)
    const added = listed(model.rank(end + HOUR)).slice(0, 3)
    const trained = listed(trending(hours([...day, later])).rank()).slice(0, 3)
    assert.deepEqual(
      added.map(({ item }) => item),
      trained.map(({ item }) => item),
    )
    assert.ok(Math.abs(added[0]!.score - trained[0]!.score) < 0.1)
  })

  it('has popular items alone when nothing happened for long', () => {
    const model = trending(hours([...day, { 1: 500 }]))
    assert.deepEqual(rising(model.rank()), [1])
    assert.deepEqual(rising(model.rank(1e12)), [])
    assert.equal(model.rank().items.subarray(0, 1)[0], 0)
  })

  it('lets an event that comes too late change nothing but popularity', () => {
    const model = trending(hours(day))
    for (let i = 0; i < 100; i++) model.add(5, HOUR)
    assert.deepEqual(rising(model.rank(end + 2 * HOUR)), [])
  })
})
