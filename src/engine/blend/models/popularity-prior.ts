import { type Interactions, itemCounts } from '../../interactions.ts'
import type { Model } from './model.ts'

/** How often each item occurs. */
export type PopularityState = { readonly counts: Float64Array }

/** Popularity: how often the item occurs, the same for every user. The service calls it aws-popularity-count. */
export function trainPopularity(interactions: Interactions): PopularityState {
  return { counts: itemCounts(interactions) }
}

/** Scores every item by its count; the history does not matter. */
export function openPopularity({ counts }: PopularityState): Model {
  return { prior: counts, score() {} }
}
