import { type Interactions, itemCounts } from '../interactions.ts'
import type { Model } from './model.ts'

/** Popularity: how often the item occurs, whoever asks. What the service calls aws-popularity-count. */
export function trainPopularity(interactions: Interactions): Model {
  const counts = itemCounts(interactions)
  return { score: (_history, out) => out.set(counts) }
}
