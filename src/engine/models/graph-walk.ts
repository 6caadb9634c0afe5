import { historyOf, type Interactions, itemCounts, occurrencesOf } from '../interactions.ts'
import { buildRows, type SparseRows } from '../math/sparse.ts'
import { forRecent, type Memory, type Model } from './model.ts'

export interface GraphWalkSettings {
  /** α and β: how strongly frequent items are held back, as origins and as destinations. */
  readonly origin: number
  readonly destination: number
  /** How much of a user with many items reaches each: 1 shares it out, 0 does not. */
  readonly user: number
  /** How many destinations an item keeps. */
  readonly keep: number
  /** How many of a user's newest events are walked to: what is built costs so many times the events at most. */
  readonly eventsMax: number
  /** How far back a history is gone from, at serving. */
  readonly length: number
}

export const GRAPH_WALK: GraphWalkSettings = {
  origin: 0.8,
  destination: 0.2,
  user: 1,
  keep: 500,
  eventsMax: 500,
  length: 500,
}

export type GraphWalkState = { readonly Q: SparseRows; readonly memory: Memory }

/**
 * A walk of three steps over the graph of users and items, from an item to its users to their items: P³ with popularity
 * held back (Cooper et al., "Random walks in recommender systems", WWW 2014; RP³β: Paudel et al., TiiS 2016), here with
 * an exponent at either end. It knows no order.
 *
 *     Q = D_i^{−α} Xᵀ D_u^{−1} X D_i^{−β}, its diagonal zero        score = Σ_{i ∈ history} Q_i
 */
export function trainGraphWalk(interactions: Interactions, settings: GraphWalkSettings = GRAPH_WALK): GraphWalkState {
  const { items, users, weights, offsets, sequence } = interactions
  const at = occurrencesOf(interactions)
  const D_i = itemCounts(interactions)
  const share = Float64Array.from({ length: users }, (_, user) => {
    let sum = historyOf(interactions, user).length
    if (weights) sum = weights.subarray(offsets[user], offsets[user + 1]).reduce((a, b) => a + b, 0)
    return sum ** -settings.user
  })
  const origin = D_i.map(count => count ** -settings.origin)
  const destination = D_i.map(count => count ** -settings.destination)
  const Q = buildRows(
    items,
    items,
    (i, add) => {
      for (let o = at.offsets[i]!; o < at.offsets[i + 1]!; o++) {
        const user = at.users[o]!
        const reached = share[user]! * (weights ? weights[at.positions[o]!]! : 1)
        const end = offsets[user + 1]!
        for (let to = Math.max(offsets[user]!, end - settings.eventsMax); to < end; to++)
          if (sequence[to] !== i) add(sequence[to]!, weights ? reached * weights[to]! : reached)
      }
    },
    { keep: settings.keep, finish: (i, j, sum) => sum * origin[i]! * destination[j]! },
  )
  return { Q, memory: { decay: 1, length: settings.length } }
}

export function openGraphWalk({ Q, memory }: GraphWalkState): Model {
  return {
    score(asked, out) {
      forRecent(asked, memory, (item, weight) => out.addRow(Q, item, weight))
    },
  }
}
