import { type ContentState, type ItemFeatures, trainContent } from '../blend/models/content.ts'
import { weighFeatures } from '../blend/models/feature-weights.ts'
import { forRecent } from '../blend/models/model.ts'
import { type ScorePart, shareOut } from '../evidence.ts'
import { type Interactions, itemCounts, occurrencesOf } from '../interactions.ts'
import { buildRows } from '../math/build-rows.ts'
import { floatsOf } from '../math/floats.ts'
import { Scores } from '../math/scores.ts'
import { entryOf, type SparseRows } from '../math/sparse.ts'
import { aboutLastItem, holdOutUsers, type ItemQuestion } from '../metrics/held-out.ts'
import { ndcg } from '../metrics/ranking.ts'
import { type ServiceMetrics, serviceMetrics } from '../metrics/service.ts'
import { bestFirst, byCount, firstOf, neighboursKept, type Ranking, thenRest } from '../ranked.ts'
import { type AlikeIndex, openAlike, type Vector } from './alike.ts'
import { countUsers } from './popularity-count.ts'

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

export interface RelatedItemsData {
  readonly interactions: Interactions
  /** The items' features, and how many there are; without them interactions alone decide. */
  readonly features?: ItemFeatures | undefined
  readonly featureCount?: number | undefined
}

export type RelatedItemsState = Fitted & { readonly mix: Mix; readonly metrics: ServiceMetrics }

/** How much metadata count where interactions are plenty, and how many interactions are worth as much as metadata. */
export type Mix = { readonly metadata: number; readonly enough: number }

/** A question about an item. */
export interface RelatedTo {
  /** Its number; −1, or one that training did not know, where it has none. */
  readonly item: number
  /** Its features, if training did not have them: so a new item has neighbours. */
  readonly features?: Int32Array | undefined
  /** The items of the user who asks, the oldest first: items that also go with them come a little earlier. */
  readonly history?: Int32Array | undefined
}

export interface RelatedItems {
  /** The related items, then the popular items; these alone if nothing is known of it. */
  related(to: RelatedTo): Ranking
  /** The parts of the scores of these items. */
  explain(to: RelatedTo, items: Int32Array): readonly (readonly ScorePart[])[]
  /** Describes an item that came or was changed after training; it is found by its features from now on. */
  add(item: number, features: Int32Array): void
}

/**
 * Related items: a walk of one step on the skip-Markov chain of histories, both ways, and the cosine of the items'
 * features (see content.ts). The more interactions an item has, the more these are believed. Shani, Heckerman and
 * Brafman, "An MDP-based recommender system", JMLR 2005; shrinkage as in Bell and Koren, KDD Cup workshop 2007.
 *
 *     T_ij = Σ_{l ≤ window} decay^{l−1} (count(i → j at lag l) + reverse · count(j → i at lag l)) / n_j^b
 *     score_ij = t_i T_ij / max_j T_ij + (1 − t_i) cos(i, j)        t_i = (1 − metadata) n_i / (n_i + enough)
 *
 * An item j without users has the T_ij that items as much like i have in the mean: b cos(i, j), by least squares.
 * `metadata` and `enough` are chosen on half of the users who are held out, the metrics are of the other half.
 */
export function trainRelatedItems(
  data: RelatedItemsData,
  settings: RelatedItemsSettings = RELATED_ITEMS,
): RelatedItemsState {
  const held = holdOutUsers(data.interactions, settings.seed)
  const questions = aboutLastItem(held.questions).map(asked => (settings.knowsWhoAsks ? asked : withoutUser(asked)))
  const heldOut = fit({ ...data, interactions: held.train }, settings)
  const mix = chooseMix(
    heldOut,
    questions.filter((_, at) => at % 2 === 0),
  )
  const { related } = openRelatedItems({ ...heldOut, mix })
  const asked = questions.filter((_, at) => at % 2 === 1)
  const metrics = serviceMetrics(
    asked.map(question => firstOf(related(question), 25, question.left)),
    asked.map(({ relevant }) => relevant),
    data.interactions.items,
  )
  return { ...fit(data, settings), mix, metrics }
}

const withoutUser = (asked: ItemQuestion): ItemQuestion => ({ ...asked, history: new Int32Array() })

/** How much earlier the items that go with the user's other items come, and which of these are looked at. */
const PERSONAL = { weight: 0.3, decay: 0.8, length: 10 }

/**
 * Opens a trained model, or one that was read from a file.
 * @param places the order of items with equal scores; by number unless given
 */
export function openRelatedItems(
  { T, n, popular, content, mix }: Omit<RelatedItemsState, 'metrics'>,
  places: () => Int32Array | undefined = () => undefined,
): RelatedItems {
  const wanted = new Scores(n.length)
  const alike = content ? openAlike(content) : undefined
  const describedBy = (features: Int32Array) => vectorOf(features, content?.idf ?? new Float64Array())
  const { look, together } = openNeighbours({ T, n, mix }, alike)
  const vectorFor = ({ item, features }: RelatedTo) => (features ? describedBy(features) : alike?.vectorOf(item))
  return {
    related(to) {
      const { item, history } = to
      const { scores, late } = look(item, vectorFor(to))
      const items = late.size === 0 ? scores.items() : Int32Array.from([...scores.items(), ...late.keys()])
      const scoreOf = (j: number) => scores.values[j] ?? late.get(j)!
      if (!history?.length) return thenRest(bestFirst(items, floatsOf(items, scoreOf), places()), popular, item)
      wanted.clear()
      forRecent({ history }, PERSONAL, (other, weight) => {
        if (other in n) wanted.addRow(T, other, weight / (greatestOfRow(T, other) || 1))
      })
      const most = wanted.greatest() || 1
      const personal = (j: number) => scoreOf(j) * (1 + (PERSONAL.weight * (wanted.values[j] ?? 0)) / most)
      return thenRest(bestFirst(items, floatsOf(items, personal), places()), popular, item)
    },
    explain(to, items) {
      const { item, history = new Int32Array() } = to
      const v_i = vectorFor(to)
      const { scores, late } = look(item, v_i)
      const wants = history.length === 0 ? () => [] : personalParts(history)
      return Array.from(items, (j): readonly ScorePart[] => {
        const base = scores.values[j] ?? late.get(j) ?? 0
        if (base <= 0) return [{ model: 'popularity', score: 0, evidence: { kind: 'popularity', count: n[j] ?? 0 } }]
        const byUsers = together(item, j)
        return [
          { model: 'users of both', score: byUsers, evidence: { kind: 'item' } as const },
          ...(v_i ? shareOut('content', base - byUsers, sharedFeatures(v_i, alike!.vectorOf(j))) : []),
          ...wants(j).map(({ at, share }): ScorePart => {
            return { model: 'the user', score: base * share, evidence: { kind: 'event', at } }
          }),
        ].filter(({ score }) => score > 0)
      })
    },
    add: (item, features) => alike?.add(item, describedBy(features)),
  }

  /** Returns a function for how much earlier an item comes by each event of the user who asks. */
  function personalParts(history: Int32Array) {
    const parts = new Map<number, { at: number; share: number }[]>()
    wanted.clear()
    forRecent({ history }, PERSONAL, (other, weight, at) => {
      if (!(other in n)) return
      const most = greatestOfRow(T, other) || 1
      for (let entry = T.offsets[other]!; entry < T.offsets[other + 1]!; entry++) {
        const share = (weight * T.values[entry]!) / most
        wanted.add(T.columns[entry]!, share)
        parts.getOrInsertComputed(T.columns[entry]!, () => []).push({ at, share })
      }
    })
    const scale = PERSONAL.weight / (wanted.greatest() || 1)
    return (j: number) => (parts.get(j) ?? []).map(({ at, share }) => ({ at, share: scale * share }))
  }
}

/** Scores the items that go with an item, by its users and by its features. */
function openNeighbours({ T, n, mix }: Pick<RelatedItemsState, 'T' | 'n' | 'mix'>, alike: AlikeIndex | undefined) {
  const scores = new Scores(n.length)
  const shareOf = (item: number) => {
    const n_i = n[item] ?? 0
    return alike ? (1 - mix.metadata) * (n_i / (n_i + mix.enough)) : 1
  }
  return {
    /** Returns the scores until the next look, those of items that came after training beside the others. */
    look(item: number, v_i: Vector | undefined) {
      const t_i = shareOf(item)
      scores.clear()
      if (item in n) scores.addRow(T, item, t_i / (greatestOfRow(T, item) || 1))
      const withoutUsers = new Map<number, number>()
      let [Sxy, Sxx] = [0, 0]
      if (v_i)
        alike?.find(v_i, (j, cosine) => {
          if (!(n[j]! > 0)) {
            if (j !== item) withoutUsers.set(j, cosine)
            return
          }
          if (j !== item) {
            Sxy += cosine * scores.values[j]!
            Sxx += cosine * cosine
          }
          scores.add(j, (1 - t_i) * cosine)
        })
      const late = new Map<number, number>()
      for (const [j, cosine] of withoutUsers) {
        const score = (1 - t_i + (Sxx > 0 ? Sxy / Sxx : 0)) * cosine
        if (j < n.length) scores.add(j, score)
        else late.set(j, score)
      }
      return { scores, late }
    },
    /** The part that comes from users of both. */
    together: (item: number, j: number) =>
      item in n ? (shareOf(item) * entryOf(T, item, j)) / (greatestOfRow(T, item) || 1) : 0,
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

type Fitted = {
  readonly T: SparseRows
  /** How many users each item has. */
  readonly n: Float64Array
  readonly popular: Int32Array
  readonly content: ContentState | null
}

function fit({ interactions, features, featureCount }: RelatedItemsData, settings: RelatedItemsSettings): Fitted {
  const { window, decay, reverse, destinationExponent, popularityDiscountFactor } = settings
  const { items, sequence, weights, offsets: starts } = interactions
  const { offsets, positions, users } = occurrencesOf(interactions)
  const nearness = Float64Array.from({ length: window + 1 }, (_, lag) => decay ** (lag - 1))
  const b = destinationExponent + (1 - destinationExponent) * popularityDiscountFactor
  const heldBack = itemCounts(interactions).map(count => Math.max(count, 1) ** -b)
  const T = buildRows(
    items,
    items,
    (i, sums) => {
      for (let at = offsets[i]!; at < offsets[i + 1]!; at++) {
        const p = positions[at]!
        const start = Math.max(starts[users[at]!]!, p - window)
        const end = Math.min(starts[users[at]! + 1]!, p + window + 1)
        for (let q = start; q < end; q++) {
          if (sequence[q] === i) continue
          const direction = q > p ? 1 : reverse
          sums.add(sequence[q]!, direction * nearness[Math.abs(q - p)]! * (weights?.[q] ?? 1))
        }
      }
    },
    { keep: neighboursKept(settings.keep, items), finish: (_i, j, sum) => sum * heldBack[j]! },
  )
  const n = countUsers(interactions)
  const ofFeatures = features && weighFeatures(features, featureCount ?? 0, interactions)
  const content = features && ofFeatures ? trainContent(features, n, ofFeatures) : null
  return { T, n, popular: byCount(n), content }
}

const MIXES: readonly Mix[] = [0, 0.1, 0.2, 0.35, 0.5, 0.7].flatMap(metadata =>
  [0.5, 5, 20].map(enough => ({ metadata, enough })),
)
const QUESTIONS_MAX = 1000

/** The mix with the best NDCG@10 of the users' items after the last one that they are asked with. */
function chooseMix(fitted: Fitted, all: readonly ItemQuestion[]): Mix {
  const questions = all.slice(0, QUESTIONS_MAX)
  if (!fitted.content || questions.length === 0) return MIXES[0]!
  const qualities = MIXES.map(mix => {
    const { related } = openRelatedItems({ ...fitted, mix })
    return questions.reduce((sum, asked) => sum + ndcg(firstOf(related(asked), 10, asked.left), asked.relevant, 10), 0)
  })
  return MIXES[qualities.indexOf(Math.max(...qualities))]!
}

/** Weighted features, of length 1; those that training did not know weigh nothing. */
function vectorOf(features: Int32Array, weights: Float64Array): Vector {
  const columns = [...new Set(features)].filter(feature => weights[feature]! > 0)
  const length = Math.hypot(...columns.map(feature => weights[feature]!))
  return { columns, values: columns.map(feature => weights[feature]! / length) }
}

function greatestOfRow({ offsets, values }: SparseRows, row: number): number {
  let most = 0
  for (let at = offsets[row]!; at < offsets[row + 1]!; at++) most = Math.max(most, values[at]!)
  return most
}
