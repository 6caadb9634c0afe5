import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { recipe } from '../../recipes/recipes.ts'
import { EVERY_EVENT, type EventRule } from './event-rules.ts'
import { assertEnough, assertNotTooMany, assertSeveralTimes } from './minimums.ts'

const plan = { recipe: recipe('arn:aws:personalize:::recipe/aws-sims'), rules: EVERY_EVENT }

/** Users with this many interactions each. */
function eventsOf(...counts: readonly number[]) {
  const offsets = new Int32Array(counts.length + 1)
  for (const [user, count] of counts.entries()) offsets[user + 1] = offsets[user]! + count
  return { offsets, users: counts.map(String), items: new Int32Array(offsets.at(-1)!) }
}
const times = (count: number, each: number) => Array.from({ length: count }, () => each)
const refuses = (message: RegExp, ...counts: readonly number[]) =>
  assert.throws(() => assertEnough(plan, eventsOf(...counts)), { name: 'TrainingDataError', message })

describe('the least that is trained on', () => {
  it('is 1000 interactions', () => {
    assertEnough(plan, eventsOf(...times(25, 40)))
    refuses(/^Create failed\. Dataset has fewer than 1000 interactions$/, 39, ...times(24, 40))
  })

  it('says how events were filtered before they were counted', () => {
    const filtered = (...rules: readonly EventRule[]) => {
      try {
        assertEnough({ ...plan, rules }, eventsOf(999))
      } catch (error) {
        return (error as Error).message.replace('Create failed. Dataset has fewer than 1000 interactions', '…')
      }
    }
    const buy = { eventType: 'buy', weight: 1 }
    assert.equal(filtered(buy), '… after filtering by event type: buy')
    assert.equal(filtered({ ...buy, threshold: 3 }), '… after filtering by event type: buy of 3 or more')
    assert.equal(filtered({ threshold: 0.5, weight: 1 }), '… after filtering by event value: 0.5 or more')
    const several = [buy, { eventType: 'view', threshold: 0, weight: 0.1 }, { eventType: 'like', weight: 0 }]
    assert.equal(filtered(...several), '… after filtering by event type: buy, view of 0 or more')
    assert.equal(filtered({ ...buy, weight: 0 }), '… after filtering by event weight: all weights are 0')
    assert.equal(filtered(...EVERY_EVENT), '…')
  })

  it('is 25 users with 2 interactions each, who are 1 percent of all', () => {
    refuses(/fewer than 25 users with at least 2 interactions each\.$/, ...times(24, 2), ...times(1000, 1))
    assertEnough(plan, eventsOf(...times(25, 2), ...times(2475, 1)))
    refuses(/^Create failed\. Fewer than 1 percent of the users .*: 25 of 2501$/, ...times(25, 2), ...times(2476, 1))
  })
})

describe('what the service cannot train on', () => {
  const schemaOf = (...metadata: readonly string[]) => {
    const fields = ['USER_ID', 'ITEM_ID', 'EVENT_TYPE', 'EVENT_VALUE', 'TIMESTAMP', 'IMPRESSION', ...metadata].map(
      name => {
        return { name, type: 'string', nullable: false, categorical: false, textual: false } as const
      },
    )
    return { datasetType: 'INTERACTIONS', fields } as const
  }
  const tooMany = (message: RegExp) => ({ name: 'TrainingDataError', message })

  it('is more than 10 event types and columns of metadata', () => {
    assertNotTooMany(plan, 10, schemaOf())
    assertNotTooMany(plan, 8, schemaOf('DEVICE', 'CITY'))
    assert.throws(() => assertNotTooMany(plan, 11, schemaOf()), tooMany(/has 11 distinct event types; together/))
    const message =
      /has 9 distinct event types and 2 metadata columns \(DEVICE, CITY\); together they may be 10 at most$/
    assert.throws(() => assertNotTooMany(plan, 9, schemaOf('DEVICE', 'CITY')), tooMany(message))
  })

  it('is one time for all, where users are segmented', () => {
    const segments = { recipe: recipe('arn:aws:personalize:::recipe/aws-item-affinity') }
    assertSeveralTimes(plan, Float64Array.of(1, 1))
    assertSeveralTimes(segments, Float64Array.of(1, 1, 2))
    assert.throws(() => assertSeveralTimes(segments, Float64Array.of(1, 1)), tooMany(/same timestamp\.$/))
  })
})
