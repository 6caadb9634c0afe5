import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { createRandom } from '../../engine/math/random.ts'
import { TimeBuckets } from './time-buckets.ts'

const DAY_MS = 86_400_000
const ENDS_OF_TIME = [-8.64e15, -1, 0, 2 ** 32, 8.64e15]

describe('buckets of times', () => {
  it('count each moment by itself while these are few, however far apart', () => {
    const buckets = new TimeBuckets()
    for (const time of ENDS_OF_TIME) buckets.add(time, 1, 0)
    for (const time of ENDS_OF_TIME) buckets.add(time, 1, 1)
    assert.deepEqual(
      buckets.newestFirst(),
      ENDS_OF_TIME.toReversed().map(from => ({ from, events: 2, users: 1 })),
    )
  })

  it('widen where moments are many, lose nothing, and keep each event in the bucket of its time', () => {
    const random = createRandom(1)
    const buckets = new TimeBuckets()
    const times = Float64Array.from({ length: 400_000 }, () => 1.7e12 + Math.floor(random() * 30 * DAY_MS)).sort()
    for (const time of [...ENDS_OF_TIME, ...times]) buckets.add(time, 1, 0)
    const found = buckets.newestFirst()
    assert.ok(found.length <= 32_768 && found.length > 16_384, `${found.length}`)
    assert.ok(found.every(({ from }, at) => at === 0 || from < found[at - 1]!.from))
    // The 30 days are at least 16,384 buckets.
    const width = found.reduce(
      (least, { from }, at) => Math.min(least, at === 0 ? least : found[at - 1]!.from - from),
      DAY_MS,
    )
    assert.ok(width <= (2 * 30 * DAY_MS) / 16_384, `${width}`)
    let next = times.length
    for (const { from, events } of found.slice(1, -4)) {
      const first = next
      while (next > 0 && times[next - 1]! >= from) next--
      assert.equal(events, first - next)
    }
    assert.equal(next, 0)
  })
})
