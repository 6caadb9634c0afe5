import { type ActionData, type ActionOutcome, OUTCOMES } from '../actions/decisions.ts'
import { newestCount, TESTED_SHARE } from '../blend/questions.ts'
import { meanOf } from '../math/mean.ts'
import { coverage, ndcg } from './ranking.ts'

export type ActionListMetrics = {
  readonly coverage: number
  readonly normalized_discounted_cumulative_gain_at_5: number
  readonly normalized_discounted_cumulative_gain_at_10: number
  readonly normalized_discounted_cumulative_gain_at_25: number
}

/** Asks for the actions of a user who has done this with actions before, the best first. */
type RankActions = (
  user: number,
  past: readonly { readonly action: number; readonly outcome: ActionOutcome }[],
) => Int32Array

/** The number of actions of a list that count, as for lists of items. */
const LISTED = 25

/**
 * The metrics of lists of actions,
 * https://docs.aws.amazon.com/personalize/latest/dg/working-with-training-metrics.html. Each user asks with the oldest
 * 90 % of the events for the actions taken among the newest 10 %, one event at least. Coverage is the share of all
 * actions that anybody is recommended. The gain is of the users who took an action then.
 *
 * @param isAsked of each user whether he or she asks
 */
export function actionListMetrics(
  data: ActionData,
  isAsked: (user: number) => boolean,
  rank: RankActions,
): ActionListMetrics {
  const lists: Int32Array[] = []
  const taken: ReadonlySet<number>[] = []
  for (const [user, events] of Map.groupBy(data.users.keys(), event => data.users[event]!)) {
    if (!isAsked(user)) continue
    const ordered = events.toSorted((a, b) => data.times[a]! - data.times[b]! || a - b)
    const done = ordered.map(event => ({ action: data.events[event]!, outcome: data.outcomes[event] as ActionOutcome }))
    const from = done.length - newestCount(done.length, TESTED_SHARE)
    lists.push(rank(user, done.slice(0, from)).subarray(0, LISTED))
    taken.push(new Set(done.slice(from).flatMap(({ action, outcome }) => (outcome === OUTCOMES.TAKEN ? [action] : []))))
  }
  const judged = lists.flatMap((list, at) => (taken[at]!.size === 0 ? [] : [{ list, relevant: taken[at]! }]))
  const gainAt = (k: number) => meanOf(judged.map(({ list, relevant }) => ndcg(list, relevant, k)))
  return {
    coverage: coverage(lists, data.actions),
    normalized_discounted_cumulative_gain_at_5: gainAt(5),
    normalized_discounted_cumulative_gain_at_10: gainAt(10),
    normalized_discounted_cumulative_gain_at_25: gainAt(25),
  }
}
