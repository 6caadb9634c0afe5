import { historyOf, type Interactions, occurrencesOf } from '../../interactions.ts'
import { buildRows } from '../../math/build-rows.ts'
import { meanOf, standardError } from '../../math/mean.ts'
import { entryOf, type SparseRows } from '../../math/sparse.ts'
import type { BlendOfClass } from '../blend.ts'
import { forRecent, type Memory, type Model } from './model.ts'

interface ConditionalPopularitySettings {
  /** κ: as many items of users who have i are worth as much as popularity. */
  readonly smoothing: number
  /** How much likelier another item of a user must be by those who have i than by popularity: a logarithm, in nats. */
  readonly gainMin: number
  /** Of items that more users have nothing is said: questions of so many choose the weights of other models. */
  readonly usersMax: number
  /** Of a user, this many of the newest different items. */
  readonly itemsMax: number
  /** How many items a row keeps. */
  readonly keep: number
  readonly memory: Memory
}

const CONDITIONAL_POPULARITY: ConditionalPopularitySettings = {
  smoothing: 5,
  gainMin: 0.8,
  usersMax: 100,
  itemsMax: 50,
  keep: 200,
  memory: { decay: 0.9, length: 20 },
}

export type ConditionalPopularityState = {
  /** P(j | i) of the items i that are conclusive; the other rows are empty. */
  readonly P: SparseRows
  readonly memory: Memory
}

/**
 * How popular an item is among the users who have one of the history, where that is conclusive: where the other items
 * of each user who has i are much likelier by the others who have i. Likelihoods are smoothed with popularity (Zhai and
 * Lafferty, "A study of smoothing methods for language models", TOIS 2004) and leave each user out who is foretold.
 *
 *     P(j | i) = (|{u : i, j ∈ u}| + κ P(j)) / (Σ_j |{u : i, j ∈ u}| + κ)
 *     score_j = Σ_{i ∈ history} decay^{l−1} P(j | i) if most of the history is conclusive, otherwise nothing
 *
 * So it has something to say of few users, such as six of five hundred who have items that nobody else has. Questions
 * of so few choose no weight.
 */
export function trainConditionalPopularity(
  interactions: Interactions,
  settings: ConditionalPopularitySettings = CONDITIONAL_POPULARITY,
): ConditionalPopularityState {
  const { smoothing, usersMax, itemsMax, keep, memory } = settings
  const { items } = interactions
  const { offsets, users } = occurrencesOf(interactions)
  const usersOf = (item: number) => [...new Set(users.subarray(offsets[item], offsets[item + 1]))]
  const all = Float64Array.from({ length: items }, (_, item) => usersOf(item).length)
  const total = all.reduce((sum, count) => sum + count, 0)
  const newest = Array.from({ length: interactions.users }, (_, user) =>
    Int32Array.from([...new Set(historyOf(interactions, user).toReversed())].slice(0, itemsMax)),
  )
  /** By item j, how many users have i and j; all 0 between two rows. */
  const counts = new Int32Array(items)
  const P = buildRows(
    items,
    items,
    (i, sums) => {
      if (all[i]! > usersMax) return
      const others = usersOf(i)
        .map(user => newest[user]!.filter(item => item !== i))
        .filter(({ length }) => length > 0)
      for (const own of others) for (const j of own) counts[j]!++
      const met = others.reduce((sum, { length }) => sum + length, 0)
      const gains = others.map(own => {
        let gain = 0
        for (const j of own) {
          const p = all[j]! / total
          gain += Math.log((counts[j]! - 1 + smoothing * p) / ((met - own.length + smoothing) * p))
        }
        return gain / own.length
      })
      const isConclusive = gains.length > 1 && meanOf(gains) - standardError(gains) >= settings.gainMin
      for (const own of others) {
        for (const j of own) {
          if (isConclusive && counts[j]! > 0) sums.add(j, counts[j]! / (met + smoothing))
          counts[j] = 0
        }
      }
    },
    { keep },
  )
  return { P, memory }
}

/** Scores the items of users who have those of the history, where these are conclusive. */
export function openConditionalPopularity({ P, memory }: ConditionalPopularityState): Model {
  const isConclusive = (item: number) => P.offsets[item + 1]! > P.offsets[item]!
  return {
    score(asked, out) {
      let [conclusive, all] = [0, 0]
      forRecent(asked, memory, (item, weight) => {
        all += weight
        if (isConclusive(item)) conclusive += weight
      })
      if (2 * conclusive <= all) return
      forRecent(asked, memory, (item, weight) => out.addRow(P, item, weight))
    },
    contributions(asked, items, each) {
      forRecent(asked, memory, (item, weight, at) => {
        for (const j of items) {
          const part = weight * entryOf(P, item, j)
          if (part > 0) each(j, part, { kind: 'event', at })
        }
      })
    },
  }
}

/** A blend of which popularity has a smaller share tells users apart by itself. */
const POPULARITY_MIN = 0.25
/** Once for that users who differ have less of what is popular, and once to say what they have. */
const WEIGHT = 2

/** How much conditional popularity counts in a blend; `prior` is the place of popularity. */
export function conditionalWeight({ eventsFrom, weights }: BlendOfClass, prior: number): number {
  const popularity = weights[prior]!
  return eventsFrom === 0 || popularity < POPULARITY_MIN ? 0 : WEIGHT * popularity
}
