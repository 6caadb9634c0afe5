import { meanOf } from '../math/mean.ts'
import { discount } from './ranking.ts'

/** The recommendations to a user, and the events that followed. */
interface Weighed {
  /** The items, the best first. */
  readonly recommended: ArrayLike<number>
  /** Of each item that the user interacted with afterwards the weight of the event; of several the greatest. */
  readonly weights: ReadonlyMap<number, number>
}

/**
 * The service's normalized_discounted_cumulative_gain_with_event_weights_at_k:
 * https://docs.aws.amazon.com/personalize/latest/dg/optimizing-solution-events-config.html. As the gain without weights
 * (`ndcg`), except that a correct prediction brings its event's weight relative to the mean. Of 0.3 and 0.1, these are
 * 1.5 and 0.5. The ideal gain has no weights, or users who do but one kind of thing would all count the same.
 *
 * @param mean of the weights of the event types
 */
export function weighedGain(users: readonly Weighed[], mean: number, k = 25): number {
  return mean === 0 ? 0 : meanOf(users.map(user => gainOf(user, mean, k)))
}

function gainOf({ recommended, weights }: Weighed, mean: number, k: number): number {
  let gain = 0
  let ideal = 0
  for (let position = 1; position <= k; position++) {
    const weight = weights.get(recommended[position - 1]!) ?? 0
    if (position <= recommended.length) gain += (discount(position) * weight) / mean
    if (position <= weights.size) ideal += discount(position)
  }
  return ideal === 0 ? 0 : gain / ideal
}
