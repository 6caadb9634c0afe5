import { filterEvents, historyOf, type Interactions, type Split, weightsOf } from '../interactions.ts'
import { sample } from '../math/random.ts'

/**
 * The service's split for recommendations:
 * https://docs.aws.amazon.com/personalize/latest/dg/working-with-training-metrics.html. A tenth of the users is left
 * out of training. Each of them asks with the oldest 90 % of the events for the items of the newest 10 %, one at least.
 * Users with a single event are not asked.
 */
export function holdOutUsers(interactions: Interactions, seed: number): Split {
  const isHeldOut = new Uint8Array(interactions.users)
  const askers = sample(interactions.users, Math.round(interactions.users / 10), seed)
  for (const user of askers) isHeldOut[user] = 1
  const questions = [...askers].flatMap(user => {
    const events = historyOf(interactions, user)
    if (events.length < 2) return []
    const oldest = events.length - newestCount(events.length, 0.1)
    const weights = weightsOf(interactions, user)?.subarray(0, oldest)
    return [{ user, history: events.subarray(0, oldest), weights, targets: events.subarray(oldest) }]
  })
  return { train: filterEvents(interactions, (_event, user) => isHeldOut[user] === 0), questions }
}

/**
 * The service's split for user segments, of the same page: each user's oldest 80 % of events to train on, the newest
 * 20 % to be foretold. Users with a single event are trained on.
 */
export function holdOutNewest(interactions: Interactions): { train: Interactions; test: Interactions } {
  const { offsets } = interactions
  const isNewest = (event: number, user: number) =>
    event >= offsets[user + 1]! - newestCount(offsets[user + 1]! - offsets[user]!, 0.2)
  return {
    train: filterEvents(interactions, (event, user) => !isNewest(event, user)),
    test: filterEvents(interactions, isNewest),
  }
}

/** How many of a user's events are the newest share of them: at least one, none of a single event. */
function newestCount(events: number, share: number): number {
  return events < 2 ? 0 : Math.max(1, Math.round(events * share))
}
