import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { recipe } from '../recipes/recipes.ts'
import { assertEnough } from './minimums.ts'

const plan = { recipe: recipe('arn:aws:personalize:::recipe/aws-sims') }

/** Users with so many interactions each. */
function eventsOf(...counts: readonly number[]) {
  const offsets = new Int32Array(counts.length + 1)
  for (const [user, count] of counts.entries()) offsets[user + 1] = offsets[user]! + count
  return { offsets, users: counts.map(String), items: new Int32Array(offsets.at(-1)!) }
}
const times = (count: number, each: number) => Array.from({ length: count }, () => each)
const refuses = (message: RegExp, ...counts: readonly number[]) =>
  assert.throws(() => assertEnough(plan, eventsOf(...counts)), { name: 'TooFewError', message })

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
