import { countUsers } from '../count-users.ts'
import type { ScorePart } from '../evidence.ts'
import { filterEvents, historyOf, type Interactions, itemCounts, occurrencesOf } from '../interactions.ts'
import { buildRows } from '../math/build-rows.ts'
import { floatsOf } from '../math/floats.ts'
import { entryOf, type SparseRows } from '../math/sparse.ts'
import { aboutLastItem, holdOutUsers } from '../metrics/held-out.ts'
import { type ServiceMetrics, serviceMetrics } from '../metrics/service.ts'
import { bestFirst, byCount, except, neighboursKept, type Ranked, thenRest, type Wanted } from '../ranked.ts'
import { NOTHING_SINCE, type Pairing, type Since, withLate } from './late-pairs.ts'
import { LateScores } from './late-scores.ts'

/** The hyperparameters of https://docs.aws.amazon.com/personalize/latest/dg/native-recipe-sims.html. */
export interface SimsSettings {
  /** d: 0 lets popular items come first, 1 those that are seldom met elsewhere. */
  readonly popularityDiscountFactor: number
  /** As many users must have interacted with both items. */
  readonly minCointeractionCount: number
  /** Users with fewer or with more events than these shares of the users are left out, and so are items. */
  readonly userHistoryLengthPercentiles: Percentiles
  readonly itemInteractionCountPercentiles: Percentiles
  /** How many similar items an item keeps; fewer in a very large catalogue. */
  readonly keep: number
  /** Chooses the users who are held out for the metrics. */
  readonly seed: number
}

type Percentiles = readonly [least: number, most: number]

export const SIMS: SimsSettings = {
  popularityDiscountFactor: 0.5,
  minCointeractionCount: 3,
  userHistoryLengthPercentiles: [0.005, 0.995],
  itemInteractionCountPercentiles: [0.01, 0.9],
  keep: 500,
  seed: 1,
}

export type SimsState = {
  readonly similarities: SparseRows
  readonly popular: Int32Array
  readonly metrics: ServiceMetrics
  /** Members that items after the training need; files of before have none. */
  readonly users?: SimsUsers
}

type SimsUsers = Pick<SimsSettings, 'popularityDiscountFactor' | 'minCointeractionCount'> & {
  /** How many users each item has, and how many of those that similarities were counted on. */
  readonly all: Float64Array
  readonly counted: Float64Array
}

/** The related items. */
interface Sims {
  /** Similar items, the most similar first, then the popular ones; these alone for an item that is not known. */
  similar(item: number, wanted?: Wanted): Ranked
  /** The parts of the score of another item. */
  explain(item: number, other: number): readonly ScorePart[]
}

/**
 * Item-to-item similarity: a cosine with d = ½ as in Linden, Smith and York, "Amazon.com recommendations: item-to-item
 * collaborative filtering", IEEE Internet Computing 2003. The discount d goes from counts of users in common (d = 0) to
 * their lift (d = 1).
 *
 *     similarity_ij = n_ij / (n_i n_j)^d        n_ij: users of both i and j        where n_ij ≥ min_cointeraction_count
 */
export function trainSims(interactions: Interactions, settings: SimsSettings = SIMS): SimsState {
  const { train, questions } = holdOutUsers(interactions, settings.seed)
  const heldOut = openSims(fit(train, settings))
  const query = aboutLastItem(questions)
  const metrics = serviceMetrics(
    query.map(({ item, left }) => heldOut.similar(item, { count: 25, passes: except(left) }).items),
    query.map(({ relevant }) => relevant),
    interactions.items,
  )
  return { ...fit(interactions, settings), metrics }
}

/** Counts each pair of items once a user. */
export const ONCE_A_USER: Pairing = { window: Number.POSITIVE_INFINITY, after: () => 1, before: () => 1 }

/** Opens a trained model, or one that was read from a file. */
export function openSims(
  { similarities, popular, users }: Omit<SimsState, 'metrics'>,
  { places, pairs }: Since = NOTHING_SINCE,
): Sims {
  const scores = new LateScores(popular.length)
  /** The similarities of an item to late ones, or of a late one to all: as `fit` counts them. */
  const eachLate = (item: number, each: (other: number, similarity: number) => void) => {
    if (!users) return
    const { all, counted, minCointeractionCount: least, popularityDiscountFactor: d } = users
    const usersOf = (i: number) => (all[i] ? counted[i]! : pairs().usersOf(i))
    pairs().eachPaired(item, (j, n_ij) => {
      const [n_i, n_j] = [usersOf(item), usersOf(j)]
      if (n_ij >= least && n_i > 0 && n_j > 0) each(j, n_ij / (n_i * n_j) ** d)
    })
  }
  return {
    similar(item, wanted) {
      scores.clear()
      scores.addRow(similarities, item, 1)
      eachLate(item, (j, similarity) => scores.add(j, similarity))
      const items = scores.items()
      const found = bestFirst(
        items,
        floatsOf(items, j => scores.of(j)),
        places(),
        wanted?.count,
      )
      return thenRest(found, users ? withLate(popular, users.all, pairs()) : popular, wanted, item)
    },
    explain(item, other) {
      let score = item >= 0 ? entryOf(similarities, item, other) : 0
      eachLate(item, (j, similarity) => {
        if (j === other) score = similarity
      })
      if (score > 0) return [{ model: 'users of both', score, evidence: { kind: 'item' } }]
      return [{ model: 'popularity', score: 0, evidence: { kind: 'everybody' } }]
    },
  }
}

function fit(all: Interactions, settings: SimsSettings): Omit<SimsState, 'metrics'> {
  const interactions = withinPercentiles(all, settings)
  const setOf = Array.from({ length: all.users }, (_, user) => Int32Array.from(new Set(historyOf(interactions, user))))
  const { offsets, users } = occurrencesOf(interactions)
  const n = countUsers(interactions)
  const n_i = new Int32Array(all.items)
  const similarities = buildRows(
    all.items,
    all.items,
    (i, sums) => {
      const met: number[] = []
      for (const user of new Set(users.subarray(offsets[i], offsets[i + 1])))
        for (const j of setOf[user]!) if (j !== i && n_i[j]!++ === 0) met.push(j)
      for (const j of met) {
        const n_ij = n_i[j]!
        n_i[j] = 0
        if (n_ij >= settings.minCointeractionCount)
          sums.add(j, n_ij / (n[i]! * n[j]!) ** settings.popularityDiscountFactor)
      }
    },
    { keep: neighboursKept(settings.keep, all.items) },
  )
  const usersOfAll = countUsers(all)
  const { popularityDiscountFactor, minCointeractionCount } = settings
  const found = { all: usersOfAll, counted: n, popularityDiscountFactor, minCointeractionCount }
  return { similarities, popular: byCount(usersOfAll), users: found }
}

/** Leaves out users with too few or too many events, then items likewise. */
function withinPercentiles(interactions: Interactions, settings: SimsSettings): Interactions {
  const { offsets, users } = interactions
  const lengths = Float64Array.from({ length: users }, (_, user) => offsets[user + 1]! - offsets[user]!)
  const hasLength = between(lengths, settings.userHistoryLengthPercentiles)
  const some = filterEvents(interactions, (_event, user) => hasLength(lengths[user]!))
  const counts = itemCounts({ ...some, weights: undefined })
  const hasCount = between(counts, settings.itemInteractionCountPercentiles)
  return filterEvents(some, event => hasCount(counts[some.sequence[event]!]!))
}

/** Whether a count lies between two percentiles of those that are not 0, both included. */
function between(counts: Float64Array, [least, most]: Percentiles): (count: number) => boolean {
  const sorted = counts.filter(count => count > 0).sort()
  const from = sorted[Math.floor(least * (sorted.length - 1))]!
  const to = sorted[Math.ceil(most * (sorted.length - 1))]!
  return count => count >= from && count <= to
}
