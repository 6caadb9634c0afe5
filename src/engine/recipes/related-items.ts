import type { ContentState } from '../blend/models/content.ts'
import { forRecent } from '../blend/models/model.ts'
import { type ScorePart, shareOut } from '../evidence.ts'
import { floatsOf } from '../math/floats.ts'
import { entryOf, type SparseRows } from '../math/sparse.ts'
import type { ServiceMetrics } from '../metrics/service.ts'
import { bestFirst, type Ranked, thenRest, type Wanted } from '../ranked.ts'
import { type AlikeIndex, openAlike, type Vector } from './alike.ts'
import { NOTHING_SINCE, type Pairing, type Since, withLate } from './late-pairs.ts'
import { LateScores } from './late-scores.ts'

export interface RelatedItemsSettings {
  /** How many steps apart two items of a history may be, and how much a step further apart counts. */
  readonly window: number
  readonly decay: number
  /** How much j before i counts for i → j, where j after i counts 1. */
  readonly reverse: number
  /** b: how strongly frequent items are held back. */
  readonly destinationExponent: number
  /** The recipe's popularity_discount_factor, from 0 to 1: 0 leaves b as it is, 1 makes it 1. */
  readonly popularityDiscountFactor: number
  /** How many items an item keeps; fewer in a very large catalogue. */
  readonly keep: number
  /** Whether requests say who asks, whose history then counts. */
  readonly knowsWhoAsks: boolean
  /** Chooses the users who are held out. */
  readonly seed: number
}

/**
 * NDCG@10 by the guide's split, asked with the last item known, items of the history removed. In brackets a cosine over
 * all pairs of a history: ML-1M .169 (.133), Beauty .039 (.021), Gowalla .086 (.059).
 */
export const RELATED_ITEMS: RelatedItemsSettings = {
  window: 30,
  decay: 0.95,
  reverse: 0.5,
  destinationExponent: 0.15,
  popularityDiscountFactor: 0,
  keep: 500,
  knowsWhoAsks: false,
  seed: 1,
}

export type RelatedItemsState = Fitted & { readonly mix: Mix; readonly metrics: ServiceMetrics }

/** How much metadata count where interactions are plenty, and how many interactions are worth as much as metadata. */
export type Mix = { readonly metadata: number; readonly enough: number }

/** A question about an item. */
interface RelatedTo {
  /** Its number; −1, or one that training did not know, where it has none. */
  readonly item: number
  /** Its features, if training did not have them: so a new item has neighbours. */
  readonly features?: Int32Array | undefined
  /** The items of the user who asks, the oldest first: items that also go with them come a little earlier. */
  readonly history?: Int32Array | undefined
}

interface RelatedItems {
  /** The related items, then the popular items; these alone if nothing is known of it. */
  related(to: RelatedTo, wanted?: Wanted): Ranked
  /** The parts of the scores of these items. */
  explain(to: RelatedTo, items: Int32Array): readonly (readonly ScorePart[])[]
  /** Describes an item that came or was changed after training; it is found by its features from now on. */
  add(item: number, features: Int32Array): void
  /** Whether an item had these features at training. */
  isAsTrained(item: number, features: Int32Array): boolean
}

/** How much earlier the items that go with the user's other items come, and which of these are looked at. */
const PERSONAL = { weight: 0.3, decay: 0.8, length: 10 }

/** Counts the events of a user as training does. */
export const NEARBY: Pairing = {
  window: RELATED_ITEMS.window,
  after: steps => RELATED_ITEMS.decay ** (steps - 1),
  before: steps => RELATED_ITEMS.reverse * RELATED_ITEMS.decay ** (steps - 1),
}

/**
 * Opens a trained model, or one that was read from a file: a walk of one step on the skip-Markov chain of histories,
 * both ways, and the cosine of the items' features (see content.ts). The more interactions an item has, the more these
 * are believed. Shani, Heckerman and Brafman, "An MDP-based recommender system", JMLR 2005; shrinkage as in Bell and
 * Koren, KDD Cup workshop 2007.
 *
 *     T_ij = Σ_{l ≤ window} decay^{l−1} (count(i → j at lag l) + reverse · count(j → i at lag l)) c_j / n_j^b
 *     c_j = min(1, 2 (1 − n_j / N))²        N: the users
 *     score_ij = t_i T_ij / max_j T_ij + (1 − t_i) cos(i, j)        t_i = (1 − metadata) n_i / (n_i + enough)
 *
 * An item j that had no users has the T_ij that items as much like i have in the mean, b cos(i, j) by least squares.
 * The n_j users that it has since the training are believed by n_j / (n_j + enough).
 */
export function openRelatedItems(state: Omit<RelatedItemsState, 'metrics'>, since = NOTHING_SINCE): RelatedItems {
  const { n, popular, content } = state
  const alike = content ? openAlike(content) : undefined
  const describedBy = (features: Int32Array) => vectorOf(features, content?.idf ?? new Float64Array())
  const { look, rowOf } = openNeighbours(state, alike, since)
  const liked = new LateScores(n.length)
  const isAsTrained = (item: number, features: Int32Array) => !content || isRow(content.V, item, features)
  const vectorFor = ({ item, features }: RelatedTo) => (features ? describedBy(features) : alike?.vectorOf(item))
  return {
    related(to, wanted) {
      const { item, history } = to
      const { scores } = look(item, vectorFor(to))
      const items = scores.items()
      liked.clear()
      if (history) forRecent({ history }, PERSONAL, (other, weight) => rowOf(other).addTo(liked, weight))
      const most = liked.greatest() || 1
      const personal = (j: number) => scores.of(j) * (1 + (PERSONAL.weight * liked.of(j)) / most)
      const found = floatsOf(items, history?.length ? personal : j => scores.of(j))
      const best = bestFirst(items, found, since.places(), wanted?.count)
      return thenRest(best, withLate(popular, n, since.pairs()), wanted, item)
    },
    explain(to, items) {
      const { item, history = new Int32Array() } = to
      const v_i = vectorFor(to)
      const { scores, together } = look(item, v_i)
      const wants = history.length === 0 ? () => [] : personalParts(history, items)
      return Array.from(items, (j): readonly ScorePart[] => {
        const base = scores.of(j)
        if (base <= 0) {
          const count = n[j] || since.pairs().usersOf(j)
          return [{ model: 'popularity', score: 0, evidence: { kind: 'popularity', count } }]
        }
        const byUsers = together(j)
        return [
          { model: 'users of both', score: byUsers, evidence: { kind: 'item' } as const },
          ...(v_i ? shareOut('content', base - byUsers, sharedFeatures(v_i, alike!.vectorOf(j))) : []),
          ...wants(j).map(({ at, share }): ScorePart => {
            return { model: 'the user', score: base * share, evidence: { kind: 'event', at } }
          }),
        ].filter(({ score }) => score > 0)
      })
    },
    add(item, features) {
      if (isAsTrained(item, features)) alike?.restore(item)
      else alike?.add(item, describedBy(features))
    },
    isAsTrained,
  }

  /** Returns a function for how much earlier each of these items comes by each event of the user who asks. */
  function personalParts(history: Int32Array, items: Int32Array) {
    const parts = new Map<number, { at: number; share: number }[]>()
    liked.clear()
    forRecent({ history }, PERSONAL, (other, weight, at) => {
      const row = rowOf(other)
      row.addTo(liked, weight)
      for (const j of items) {
        const share = weight * row.shareOf(j)
        if (share > 0) parts.getOrInsertComputed(j, () => []).push({ at, share })
      }
    })
    const scale = PERSONAL.weight / (liked.greatest() || 1)
    return (j: number) => (parts.get(j) ?? []).map(({ at, share }) => ({ at, share: scale * share }))
  }
}

/** Scores the items that go with an item, by its users and by its features. */
function openNeighbours(
  { T, n, mix, exponent = RELATED_ITEMS.destinationExponent }: Omit<RelatedItemsState, 'metrics'>,
  alike: AlikeIndex | undefined,
  { pairs }: Since,
) {
  const scores = new LateScores(n.length)
  const usersOf = (item: number) => n[item] || pairs().usersOf(item)
  const shareOf = (item: number) => {
    const n_i = usersOf(item)
    return alike ? (1 - mix.metadata) * (n_i / (n_i + mix.enough)) : 1
  }
  /** T_i· / max_j T_ij, late items among them: their part of T is made of pairs since the training. */
  const rowOf = (item: number) => {
    const late = new Map<number, number>()
    let most = item in n ? greatestOfRow(T, item) : 0
    pairs().eachPaired(item, (j, sum) => {
      const entry = sum * Math.max(usersOf(j), 1) ** -exponent
      late.set(j, entry)
      most = Math.max(most, entry)
    })
    return {
      addTo(sums: LateScores, weight: number) {
        sums.addRow(T, item, weight / (most || 1))
        for (const [j, entry] of late) sums.add(j, (weight * entry) / most)
      },
      shareOf: (j: number) => ((item in n ? entryOf(T, item, j) : 0) + (late.get(j) ?? 0)) / (most || 1),
    }
  }
  return {
    rowOf,
    /** Returns the scores until the next look, and of each item the part that comes from users of both. */
    look(item: number, v_i: Vector | undefined) {
      const t_i = shareOf(item)
      const row = rowOf(item)
      scores.clear()
      row.addTo(scores, t_i)
      const withoutUsers = new Map<number, number>()
      let [Sxy, Sxx] = [0, 0]
      if (v_i)
        alike?.find(v_i, (j, cosine) => {
          if (!(n[j]! > 0)) {
            if (j !== item) withoutUsers.set(j, cosine)
            return
          }
          if (j !== item) {
            Sxy += cosine * scores.of(j)
            Sxx += cosine * cosine
          }
          scores.add(j, (1 - t_i) * cosine)
        })
      const slope = Sxx > 0 ? Sxy / Sxx : 0
      /** How much the users of an item since the training are believed, beside items as much alike. */
      const believed = (j: number) => (withoutUsers.has(j) ? usersOf(j) / (usersOf(j) + mix.enough) : 1)
      for (const [j, cosine] of withoutUsers)
        scores.add(j, (1 - t_i) * cosine + (1 - believed(j)) * (slope * cosine - scores.of(j)))
      return { scores, together: (j: number) => believed(j) * t_i * row.shareOf(j) }
    },
  }
}

/** The features that two items share, and what each adds to their cosine. */
function sharedFeatures(v_i: Vector, v_j: Vector | undefined) {
  const own = new Map(Array.from(v_i.columns, (feature, at) => [feature, v_i.values[at]!]))
  return Array.from(v_j?.columns ?? [], (feature, at) => {
    const part = (own.get(feature) ?? 0) * v_j!.values[at]!
    return { part, evidence: { kind: 'item', feature } as const }
  })
}

export type Fitted = {
  readonly T: SparseRows
  /** How many users each item has. */
  readonly n: Float64Array
  readonly popular: Int32Array
  readonly content: ContentState | null
  /** b of T; files of before have that of the defaults. */
  readonly exponent?: number
}

/** Weighted features, of length 1; those that training did not know weigh nothing. */
function vectorOf(features: Int32Array, weights: Float64Array): Vector {
  const columns = [...new Set(features)].filter(feature => weights[feature]! > 0)
  const length = Math.hypot(...columns.map(feature => weights[feature]!))
  return { columns, values: columns.map(feature => weights[feature]! / length) }
}

/** Whether these are the columns of a row. */
function isRow({ offsets, columns }: SparseRows, row: number, others: Int32Array): boolean {
  const [from, to] = [offsets[row]!, offsets[row + 1]]
  return to !== undefined && to - from === others.length && others.every((column, at) => columns[from + at] === column)
}

function greatestOfRow({ offsets, values }: SparseRows, row: number): number {
  let most = 0
  for (let at = offsets[row]!; at < offsets[row + 1]!; at++) most = Math.max(most, values[at]!)
  return most
}
