import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { fc } from '#test/properties.ts'
import { Best } from './best.ts'

describe('Best', () => {
  it('keeps what sorting all and cutting off would, whatever is offered', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 20 })), fc.integer({ min: 0, max: 12 }), (scores, count) => {
        const best = new Best<number>(count)
        for (const [value, score] of scores.entries()) best.offer(value, score)
        const sorted = [...scores.keys()].sort((a, b) => scores[b]! - scores[a]! || a - b)
        const expected = sorted.slice(0, count).map(value => [value, scores[value]])
        assert.deepEqual(
          best.sorted().map(({ value, score }) => [value, score]),
          expected,
        )
      }),
    )
  })
})
