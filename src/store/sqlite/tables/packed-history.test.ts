import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { fc } from '#test/properties.ts'
import { historyOf } from '../../history.ts'
import { toldBy } from '../../suite/fixture.ts'
import { packedHistory } from './packed-history.ts'
import { type Pack, PUT, packPut, packValues, unpackNewest } from './packs.ts'

const text = fc.oneof(fc.constantFrom('view', 'item-1', '', '\\', '"', '\\"', ',"', '\n', 'ß', '\u2028'), fc.string())
const event = fc.record({
  userId: fc.constant('ann'),
  anonymous: fc.boolean(),
  sessionId: fc.option(text),
  itemId: text,
  timestampMs: fc.oneof(fc.constant(1.7e12), fc.integer(), fc.maxSafeInteger()),
  eventType: text,
  eventId: fc.option(text),
  eventValue: fc.option(fc.oneof(fc.integer(), fc.double({ noNaN: true, noDefaultInfinity: true }))),
  details: fc.oneof(fc.constant(''), fc.json()),
  seq: fc.maxSafeInteger(),
})
const events = fc.uniqueArray(event, { minLength: 1, maxLength: 30, selector: ({ timestampMs }) => timestampMs })

/** The packs of events, `size` in all but the first, the newest first. */
function packsOf(
  given: readonly (typeof event extends fc.Arbitrary<infer Event> ? Event : never)[],
  size: number,
  isPut: boolean,
): readonly Pack[] {
  const sorted = given.toSorted((a, b) => a.timestampMs - b.timestampMs)
  const packs: Pack[] = []
  for (let from = 0; from < sorted.length; from += size) {
    const some = sorted.slice(from, from + size)
    const [oldest, newest] = [some[0]!.timestampMs, some.at(-1)!.timestampMs]
    const list = isPut ? packPut(some) : (packValues(some).at(-1) as string)
    const common = { user_id: 'ann', oldest, newest, count: some.length, events: list }
    packs.unshift({ ...common, source: isPut ? PUT : 3, seq: isPut ? Math.max(...some.map(({ seq }) => seq)) : 17 })
  }
  return packs
}

describe('packedHistory', () => {
  it('has the columns of the events and calls back with each, whatever their texts and numbers', () => {
    const holds = (given: Parameters<typeof packsOf>[0], size: number, isPut: boolean, limit: number) => {
      const packs = packsOf(given, size, isPut)
      const newest = packs.flatMap(pack => unpackNewest(pack)).slice(0, limit)
      assert.deepEqual(toldBy(packedHistory(packs, limit)), toldBy(historyOf(newest)))
    }
    fc.assert(
      fc.property(events, fc.integer({ min: 1, max: 30 }), fc.boolean(), fc.integer({ min: 1, max: 40 }), holds),
      { numRuns: 500 },
    )
  })
})
