import { questionAt } from '../../engine/blend/questions.ts'
import { openPersonalization, type PersonalizationState } from '../../engine/blend/serving/personalization.ts'
import { historyOf, type Interactions, itemCounts } from '../../engine/interactions.ts'
import { greatest } from '../../engine/math/greatest.ts'
import { holdOutNewest } from '../../engine/metrics/held-out.ts'
import { segmentMetrics, segmentSize } from '../../engine/metrics/segments.ts'
import { findSegments } from '../../engine/recipes/affinity.ts'
import type { Family, TrainingData } from './family.ts'
import { interactionsOf } from './interactions.ts'
import { personalization, trainOn } from './personalization.ts'

/** The metrics are measured on at most this many items, the most popular ones, and this many users. */
const ITEMS_MEASURED = 100
const USERS_MEASURED = 5000
/** Stands for the items that are not measured on. */
const OTHER_ITEMS = -1

/** The users who will interact with an item: the model of users' next items, seen from the item. */
export const userSegmentation: Family = {
  async train(data) {
    const { facts, ...trained } = await personalization.train(data)
    const { train, test } = holdOutNewest(interactionsOf(data))
    const metrics = measure(trainOn(data, train), train, test, data.userProperties)
    // The metrics of segments are others than those that popularity has.
    return { ...trained, metrics, facts: { blend: facts?.blend ?? [] } }
  },
  open: personalization.open,
}

/** Of a model that knows the oldest 80 % of each user's events, how well it foretells who does the other 20 %. */
function measure(
  state: PersonalizationState,
  train: Interactions,
  test: Interactions,
  properties: TrainingData['userProperties'],
) {
  const model = openPersonalization(state)
  const users = Math.min(USERS_MEASURED, train.users)
  const counts = itemCounts(test)
  const items = greatest(Int32Array.from(counts.keys()), counts, ITEMS_MEASURED).filter(item => counts[item]! > 0)
  const segments = findSegments(
    {
      users,
      interestsOf(user, each) {
        const { length } = historyOf(train, user)
        const answer = model.ask({ ...questionAt(train, properties, user, length), context: undefined })
        const probabilityOf = answer.probabilities()
        const shares = answer.scoresOf(items).map(probabilityOf)
        for (const [i, share] of shares.entries()) each(items[i]!, share)
        // As in a segment that is served, a user's interest in all other items counts against these.
        each(OTHER_ITEMS, Math.max(0, 1 - shares.reduce((sum, share) => sum + share, 0)))
      },
      activityOf: user => historyOf(train, user).length,
    },
    Array.from(items, item => [item]),
    segmentSize(users),
  )
  const actual = new Map<number, Set<number>>(Array.from(items, item => [item, new Set()]))
  for (let user = 0; user < users; user++) for (const item of historyOf(test, user)) actual.get(item)?.add(user)
  return segmentMetrics(
    segments.map(segment => segment.map(({ user }) => user)),
    Array.from(items, item => actual.get(item)!),
    users,
  )
}
