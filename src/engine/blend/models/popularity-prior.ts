import { type Interactions, itemCounts } from '../../interactions.ts'
import { newsWeights } from '../../news.ts'
import { type Fading, fadedCounts } from './half-life.ts'
import type { Model } from './model.ts'

/** How often each item occurs, a user's repeated events for less. */
export type PopularityState = { readonly counts: Float64Array }

/** Popularity: how often the item occurs, the same for every user; where hits change, how often of late. */
export function trainPopularity(interactions: Interactions, fading?: Fading): PopularityState {
  const weighted = { ...interactions, weights: newsWeights(interactions) }
  const counts = itemCounts(weighted)
  return { counts: fading ? fadedCounts(weighted, counts, fading) : counts }
}

/** Scores every item by its count; the history does not matter. */
export function openPopularity({ counts }: PopularityState): Model {
  return { prior: counts, score() {} }
}
