import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { BlendOfClass } from '../../engine/blend/blend.ts'
import type { TrainedModel } from '../../engine/blend/models.ts'
import { blendFacts } from './blend-facts.ts'

const parts: readonly TrainedModel[] = [
  { name: 'popularity', state: null },
  { name: 'ease', state: null },
  { name: 'cold user', state: null },
]
const blend = (eventsFrom: number, weights: readonly number[], contextWeight = 0): BlendOfClass => {
  return { eventsFrom, weights, floor: 0.1, contextWeight }
}

describe('blendFacts', () => {
  it('says which models answer users with how many events, the weightiest first, and leaves out the others', () => {
    assert.deepEqual(
      blendFacts({ parts, blends: [blend(0, [1, 0, 0]), blend(1, [0.25, 0.75, 0]), blend(4, [0, 1, 0], 0.5)] }),
      {
        popularity: undefined,
        blend: [
          { eventsFrom: 0, eventsTo: 0, weights: { popularity: 1 }, contextWeight: 0 },
          { eventsFrom: 1, eventsTo: 3, weights: { ease: 0.75, popularity: 0.25 }, contextWeight: 0 },
          { eventsFrom: 4, weights: { ease: 1 }, contextWeight: 0.5 },
        ],
      },
    )
  })

  it('tells users with known properties from others where they have blends of their own', () => {
    const { blend: found } = blendFacts({
      parts,
      blends: [blend(0, [0.5, 0, 0.5])],
      blendsWithoutProperties: [blend(0, [1, 0, 0])],
    })
    assert.deepEqual(
      found!.map(({ hasProperties, weights }) => [hasProperties, weights]),
      [
        [true, { popularity: 0.5, 'cold user': 0.5 }],
        [false, { popularity: 1 }],
      ],
    )
  })
})
