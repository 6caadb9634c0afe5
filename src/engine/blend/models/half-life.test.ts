import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { fromEvents } from '#test/interactions.ts'
import { itemCounts } from '../../interactions.ts'
import { createRandom } from '../../math/random.ts'
import { fadedCounts, fadingOf } from './half-life.ts'

const [WEEKS, HITS] = [10, 10]
const DAY = 86_400_000

/** Of the events of 70 days this share is with one of ten hits of the week, all others with one of 100 other items. */
function weeks(events: number, share: number) {
  const random = createRandom(4)
  const days = Float64Array.from({ length: events }, () => 7 * WEEKS * random()).sort()
  const items = Int32Array.from(days, day =>
    random() < share
      ? HITS * Math.floor(day / 7) + Math.floor(HITS * random())
      : WEEKS * HITS + Math.floor(100 * random() ** 2),
  )
  const users = Int32Array.from(days, (_, event) => Math.floor(event / 8))
  const times = days.map(day => DAY * day)
  return fromEvents({ users, items, times }, Math.ceil(events / 8), WEEKS * HITS + 100)
}

describe('fadingOf', () => {
  it('is of some days where hits change each week', () => {
    const days = fadingOf(weeks(4000, 0.6))!.halfLife / DAY
    assert.ok(days > 0.5 && days < 7, `${days}`)
  })

  it('is none where hits last, and where there are no times, few events, or events of less than a day', () => {
    const changing = weeks(4000, 0.6)
    assert.equal(fadingOf(weeks(4000, 0)), undefined)
    assert.equal(fadingOf({ ...changing, times: undefined }), undefined)
    assert.equal(fadingOf(weeks(900, 0.6)), undefined)
    assert.equal(fadingOf({ ...changing, times: changing.times!.map(() => 5) }), undefined)
    assert.equal(fadingOf({ ...changing, times: changing.times!.map(time => time / 100) }), undefined)
  })

  it('leaves out habits: items that users take again are no hits of others', () => {
    const random = createRandom(2)
    // Twenty users at a time, each for a while.
    const users = Int32Array.from({ length: 4000 }, (_, event) => Math.floor(event / 22 + 20 * random()))
    const items = Int32Array.from(users, user => (101 * user + 37 * Math.floor(3 * random())) % 300)
    const interactions = fromEvents(
      { users, items, times: Float64Array.from(users.keys(), event => (DAY / 50) * event) },
      200,
      300,
    )
    assert.equal(fadingOf(interactions), undefined)
  })
})

describe('fadedCounts', () => {
  it('are greatest of the newest hits, and above 0 of every item with an event', () => {
    const changing = weeks(4000, 0.6)
    const counts = itemCounts(changing)
    const faded = fadedCounts(changing, counts, fadingOf(changing)!)
    const best = [...faded.keys()].sort((a, b) => faded[b]! - faded[a]!).slice(0, 8)
    assert.ok(
      best.every(item => Math.floor(item / HITS) === WEEKS - 1),
      `${best}`,
    )
    assert.deepEqual(
      [...faded.keys()].filter(item => faded[item] === 0),
      [...counts.keys()].filter(item => counts[item] === 0),
    )
  })
})
