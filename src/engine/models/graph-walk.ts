import { historyOf, type Interactions, itemCounts, occurrencesOf } from '../interactions.ts'
import { addRow, buildRows } from '../math/sparse.ts'
import type { Model } from './model.ts'

export interface GraphWalkSettings {
  /** α and β: how strongly frequent items are held back, as origins and as destinations. */
  readonly origin: number
  readonly destination: number
  /** How much of a user with many items reaches each: 1 shares it out, 0 does not. */
  readonly user: number
  /** How many destinations an item keeps. */
  readonly keep: number
}

export const GRAPH_WALK: GraphWalkSettings = { origin: 0.8, destination: 0.2, user: 1, keep: 500 }

/**
 * A walk of three steps over the graph of users and items, from an item to its users to their items: P³ with popularity
 * held back (Cooper et al., "Random walks in recommender systems", WWW 2014; RP³β: Paudel et al., TiiS 2016), here with
 * an exponent at either end. It knows no order.
 *
 *     Q = D_i^{−α} Xᵀ D_u^{−1} X D_i^{−β}, its diagonal zero        score = Σ_{i ∈ history} Q_i
 */
export function trainGraphWalk(interactions: Interactions, settings: GraphWalkSettings = GRAPH_WALK): Model {
  const { items, users } = interactions
  const at = occurrencesOf(interactions)
  const D_i = itemCounts(interactions)
  const shares = Float64Array.from(
    { length: users },
    (_, user) => historyOf(interactions, user).length ** -settings.user,
  )
  const origin = D_i.map(count => count ** -settings.origin)
  const destination = D_i.map(count => count ** -settings.destination)
  const Q = buildRows(
    items,
    items,
    (i, add) => {
      for (let o = at.offsets[i]!; o < at.offsets[i + 1]!; o++) {
        const share = shares[at.users[o]!]!
        for (const j of historyOf(interactions, at.users[o]!)) if (j !== i) add(j, share)
      }
    },
    { keep: settings.keep, finish: (i, j, sum) => sum * origin[i]! * destination[j]! },
  )
  return {
    score(history, out) {
      out.fill(0)
      for (const item of history) addRow(Q, item, 1, out)
    },
  }
}
