import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { recipe } from '../../recipes/recipes.ts'
import { assertEnough, assertNotTooMany, assertSeveralTimes } from './minimums.ts'

const plan = { recipe: recipe('arn:aws:personalize:::recipe/aws-sims') }

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
