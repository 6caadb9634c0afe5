import {
  historyOf,
  type Interactions,
  itemCounts,
  type Occurrences,
  occurrencesOf,
  type Sequences,
  sequencesOf,
} from '../../interactions.ts'
import { buildTogether, rowBuilder, rowsJob, type Sums } from '../../math/build-rows.ts'
import { type PackedRows, packRows } from '../../math/packed-rows.ts'
import { share } from '../../team/share.ts'
import { forRecent, type Memory, type Model, rowParts, rowSteps } from './model.ts'

export interface GraphWalkSettings {
  /** α and β: how strongly frequent items are held back, as origins and as destinations. */
  readonly origin: number
  readonly destination: number
  /** How much of a user with many items reaches each: 1 shares it out, 0 does not. */
  readonly user: number
  /** How many destinations an item keeps. */
  readonly keep: number
  /** How many of a user's newest events are walked to: building costs at most this many times the events. */
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

export type GraphWalkState = { readonly Q: PackedRows; readonly memory: Memory }

/**
 * A walk of three steps over the graph of users and items, from an item to its users to their items. It is P³ with
 * popularity held back, here with an exponent at either end. Cooper et al., "Random walks in recommender systems", WWW
 * 2014; RP³β: Paudel et al., TiiS 2016. It knows no order.
 *
 *     Q = D_i^{−α} Xᵀ D_u^{−1} X D_i^{−β}, its diagonal zero        score = Σ_{i ∈ history} Q_i
 */
export function trainGraphWalk(interactions: Interactions, settings: GraphWalkSettings = GRAPH_WALK): GraphWalkState {
  const { items, users, weights, offsets } = interactions
  const D_i = itemCounts(interactions)
  let steps = 0
  const share_u = Float64Array.from({ length: users }, (_, user) => {
    const { length } = historyOf(interactions, user)
    steps += length * Math.min(length, settings.eventsMax)
    let sum = length
    if (weights) sum = weights.subarray(offsets[user], offsets[user + 1]).reduce((a, b) => a + b, 0)
    return sum ** -settings.user
  })
  const shared = {
    rows: items,
    sequences: sequencesOf(interactions),
    at: occurrencesOf(interactions),
    share_u: share(share_u),
    origin: share(D_i.map(count => count ** -settings.origin)),
    destination: share(D_i.map(count => count ** -settings.destination)),
    settings,
  }
  return { Q: packRows(buildTogether(walk, shared, 2 * steps), items), memory: { decay: 1, length: settings.length } }
}

interface Walk {
  readonly rows: number
  readonly sequences: Sequences
  readonly at: Occurrences
  /** How much of each user reaches each of the user's items. */
  readonly share_u: Float64Array
  readonly origin: Float64Array
  readonly destination: Float64Array
  readonly settings: GraphWalkSettings
}

export const walk = rowsJob<Walk>(import.meta.url, 'walk', shared => {
  const { rows, sequences, at, share_u, origin, destination, settings } = shared
  const { offsets, sequence, weights } = sequences
  const fill = (i: number, sums: Sums) => {
    for (let o = at.offsets[i]!; o < at.offsets[i + 1]!; o++) {
      const user = at.users[o]!
      const reached = origin[i]! * share_u[user]! * (weights ? weights[at.positions[o]!]! : 1)
      const end = offsets[user + 1]!
      for (let to = Math.max(offsets[user]!, end - settings.eventsMax); to < end; to++) {
        const j = sequence[to]!
        if (j !== i) sums.add(j, reached * destination[j]! * (weights ? weights[to]! : 1))
      }
    }
  }
  return rowBuilder(rows, fill, { keep: settings.keep })
})

/** Scores by the walks that begin at the items of the history, newer ones more. */
export function openGraphWalk({ Q: rows, memory }: GraphWalkState): Model {
  const Q = packRows(rows, rows.offsets.length - 1)
  return {
    score(asked, out) {
      forRecent(asked, memory, (item, weight) => out.addPackedRow(Q, item, weight))
    },
    steps: asked => rowSteps(asked, memory, Q),
    contributions: (asked, items, each) => rowParts(asked, memory, Q, items, each),
  }
}
