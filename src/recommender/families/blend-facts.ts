import type { BlendOfClass } from '../../engine/blend/blend.ts'
import type { TrainedModel } from '../../engine/blend/models.ts'
import type { PersonalizationState } from '../../engine/blend/serving/personalization.ts'
import type { BlendOfUsers, ModelFacts } from './family.ts'

/** The facts about a trained blend: the metrics of popularity, and which models answer which users. */
export function blendFacts({ parts, blends, blendsWithoutProperties, popularity }: BlendState): ModelFacts {
  const known = blendsWithoutProperties && { hasProperties: true }
  return {
    popularity,
    blend: [
      ...ofUsers(parts, blends, known),
      ...ofUsers(parts, blendsWithoutProperties ?? [], { hasProperties: false }),
    ],
  }
}

type BlendState = Pick<PersonalizationState, 'parts' | 'blends' | 'blendsWithoutProperties' | 'popularity'>

function ofUsers(
  parts: readonly TrainedModel[],
  blends: readonly BlendOfClass[],
  known: Pick<BlendOfUsers, 'hasProperties'> = {},
): readonly BlendOfUsers[] {
  return blends.map(({ eventsFrom, weights, contextWeight }, at) => {
    const next = blends[at + 1]?.eventsFrom
    const used = parts
      .map(({ name }, model) => [name, Number(weights[model]!.toFixed(4))] as const)
      .filter(([, weight]) => weight > 0)
      .sort(([, a], [, b]) => b - a)
    const eventsTo = next === undefined ? {} : { eventsTo: next - 1 }
    return { eventsFrom, ...eventsTo, ...known, weights: Object.fromEntries(used), contextWeight }
  })
}
