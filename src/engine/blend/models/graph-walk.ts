import { historyOf, type Interactions, itemCounts, type Occurrences, occurrencesOf } from '../../interactions.ts'
import { buildTogether, rowBuilder, rowsJob, type Sums } from '../../math/build-rows.ts'
import { type PackedRows, packRows } from '../../math/packed-rows.ts'
import { RowList } from '../../math/row-list.ts'
import type { SparseRows } from '../../math/sparse.ts'
import { share, sharedFloats, sharedIntegers } from '../../team/share.ts'
import { forRecent, type Memory, type Model, rowParts, rowSteps } from './model.ts'

interface GraphWalkSettings {
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
  keep: 250,
  eventsMax: 500,
  length: 500,
}

type GraphWalkState = { readonly Q: PackedRows; readonly memory: Memory }

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
  const share_u = Float64Array.from({ length: users }, (_, user) => {
    const { length } = historyOf(interactions, user)
    const sum = weights ? weights.subarray(offsets[user], offsets[user + 1]).reduce((a, b) => a + b, 0) : length
    return sum ** -settings.user
  })
  const destination = D_i.map(count => count ** -settings.destination)
  const reached = newestOfUsers(interactions, destination, settings.eventsMax)
  let steps = 0
  for (let user = 0; user < users; user++)
    steps += (offsets[user + 1]! - offsets[user]!) * (reached.offsets[user + 1]! - reached.offsets[user]!)
  const shared = {
    rows: items,
    weights: share(weights),
    at: occurrencesOf(interactions),
    reached,
    share_u: share(share_u),
    origin: share(D_i.map(count => count ** -settings.origin)),
    keep: settings.keep,
  }
  return { Q: packRows(buildTogether(walk, shared, 2 * steps), items), memory: { decay: 1, length: settings.length } }
}

/** X D_i^{−β}: a row of each user's newest events, this many at most. */
function newestOfUsers(
  { users, offsets, sequence, weights }: Interactions,
  destination: Float64Array,
  most: number,
): SparseRows {
  const ends = sharedIntegers(users + 1)
  for (let user = 0; user < users; user++)
    ends[user + 1] = ends[user]! + Math.min(most, offsets[user + 1]! - offsets[user]!)
  const [columns, values] = [sharedIntegers(ends[users]!), sharedFloats(ends[users]!)]
  for (let user = 0; user < users; user++)
    for (let at = ends[user]!, event = offsets[user + 1]! - ends[user + 1]! + at; at < ends[user + 1]!; at++, event++) {
      const item = sequence[event]!
      columns[at] = item
      values[at] = destination[item]! * (weights ? weights[event]! : 1)
    }
  return { offsets: ends, columns, values }
}

interface Walk {
  readonly rows: number
  readonly weights?: Float32Array | undefined
  readonly at: Occurrences
  readonly reached: SparseRows
  /** How much of each user reaches each of the user's items. */
  readonly share_u: Float64Array
  readonly origin: Float64Array
  readonly keep: number
}

export const walk = rowsJob<Walk>(import.meta.url, 'walk', ({ rows, weights, at, reached, share_u, origin, keep }) => {
  const fill = (i: number, sums: Sums) => {
    for (let o = at.offsets[i]!; o < at.offsets[i + 1]!; o++) {
      const user = at.users[o]!
      sums.addRow(reached, user, origin[i]! * share_u[user]! * (weights ? weights[at.positions[o]!]! : 1))
    }
    sums.values[i] = 0
  }
  return rowBuilder(rows, fill, { keep })
})

/** Scores by the walks that begin at the items of the history, newer ones more. */
export function openGraphWalk({ Q: rows, memory }: GraphWalkState): Model {
  const Q = packRows(rows, rows.offsets.length - 1)
  const sums = new Float64Array(rows.offsets.length - 1)
  const list = new RowList()
  return {
    score(query, out) {
      // The row of an item that comes more than once is added once.
      forRecent(query, memory, (item, weight) => {
        sums[item]! += weight
      })
      list.clear()
      forRecent(query, memory, item => {
        if (sums[item] === 0) return
        list.add(item, sums[item]!)
        sums[item] = 0
      })
      out.addPackedRows(Q, list)
    },
    steps: query => rowSteps(query, memory, Q),
    contributions: (query, items, each) => rowParts(query, { memory, matrix: Q }, items, each),
  }
}
