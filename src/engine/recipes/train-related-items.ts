import { type ItemFeatures, trainContent } from '../blend/models/content.ts'
import { weighFeatures } from '../blend/models/feature-weights.ts'
import { countUsers } from '../count-users.ts'
import { type Interactions, itemCounts, occurrencesOf } from '../interactions.ts'
import { buildRows } from '../math/build-rows.ts'
import { aboutLastItem, holdOutUsers, type ItemQuestion } from '../metrics/held-out.ts'
import { ndcg } from '../metrics/ranking.ts'
import { serviceMetrics } from '../metrics/service.ts'
import { byCount, except, neighboursKept } from '../ranked.ts'
import {
  type Fitted,
  type Mix,
  openRelatedItems,
  RELATED_ITEMS,
  type RelatedItemsSettings,
  type RelatedItemsState,
} from './related-items.ts'

interface RelatedItemsData {
  readonly interactions: Interactions
  /** The items' features, and how many there are; without them interactions alone decide. */
  readonly features?: ItemFeatures | undefined
  readonly featureCount?: number | undefined
}

/**
 * Trains a model of related items: T and the features of the formula at `openRelatedItems`. Its `metadata` and `enough`
 * are chosen on half of the users who are held out, the metrics are of the other half.
 */
export function trainRelatedItems(
  data: RelatedItemsData,
  settings: RelatedItemsSettings = RELATED_ITEMS,
): RelatedItemsState {
  const held = holdOutUsers(data.interactions, settings.seed)
  const questions = aboutLastItem(held.questions).map(query => (settings.knowsWhoAsks ? query : withoutUser(query)))
  const heldOut = fit({ ...data, interactions: held.train }, settings)
  const mix = chooseMix(
    heldOut,
    questions.filter((_, at) => at % 2 === 0),
  )
  const { related } = openRelatedItems({ ...heldOut, mix })
  const query = questions.filter((_, at) => at % 2 === 1)
  const metrics = serviceMetrics(
    query.map(question => related(question, { count: 25, passes: except(question.left) }).items),
    query.map(({ relevant }) => relevant),
    data.interactions.items,
  )
  return { ...fit(data, settings), mix, metrics }
}

const withoutUser = (query: ItemQuestion): ItemQuestion => ({ ...query, history: new Int32Array() })

function fit({ interactions, features, featureCount }: RelatedItemsData, settings: RelatedItemsSettings): Fitted {
  const { window, decay, reverse, destinationExponent, popularityDiscountFactor } = settings
  const { items, sequence, weights, offsets: starts } = interactions
  const { offsets, positions, users } = occurrencesOf(interactions)
  const nearness = Float64Array.from({ length: window + 1 }, (_, lag) => decay ** (lag - 1))
  const b = destinationExponent + (1 - destinationExponent) * popularityDiscountFactor
  const n = countUsers(interactions)
  const heldBack = itemCounts(interactions).map(
    (count, j) => besideChance(n[j]!, interactions) * Math.max(count, 1) ** -b,
  )
  const T = buildRows(
    items,
    items,
    (i, sums) => {
      for (let at = offsets[i]!; at < offsets[i + 1]!; at++) {
        const p = positions[at]!
        const start = Math.max(starts[users[at]!]!, p - window)
        const end = Math.min(starts[users[at]! + 1]!, p + window + 1)
        for (let q = start; q < end; q++) {
          const j = sequence[q]!
          if (j === i) continue
          const direction = q > p ? 1 : reverse
          sums.add(j, direction * nearness[Math.abs(q - p)]! * (weights?.[q] ?? 1) * heldBack[j]!)
        }
      }
    },
    { keep: neighboursKept(settings.keep, items) },
  )
  const ofFeatures = features && weighFeatures(features, featureCount ?? 0, interactions)
  const content = features && ofFeatures ? trainContent(features, n, ofFeatures) : null
  return { T, n, popular: byCount(n), content, exponent: b }
}

/**
 * How much an item that more than half of the users have counts, 0 of one that all have: such as a bag or a sample, it
 * goes with nothing more than with all else. Less popular items count whole.
 */
const besideChance = (n_j: number, { users }: Interactions) => Math.min(1, 2 * (1 - n_j / Math.max(1, users))) ** 2

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
    const gainOf = (query: ItemQuestion) =>
      ndcg(related(query, { count: 10, passes: except(query.left) }).items, query.relevant, 10)
    return questions.reduce((sum, query) => sum + gainOf(query), 0)
  })
  return MIXES[qualities.indexOf(Math.max(...qualities))]!
}
