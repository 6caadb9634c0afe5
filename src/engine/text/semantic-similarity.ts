import { type ScorePart, shareOut } from '../evidence.ts'
import type { Interactions } from '../interactions.ts'
import { meanOf } from '../math/mean.ts'
import { sample } from '../math/random.ts'
import { coverage } from '../metrics/ranking.ts'
import { bestFirst, byCount, type Ranked, type Ranking, take, thenRest } from '../ranked.ts'
import { countUsers } from '../recipes/popularity-count.ts'
import { type Embed, type EmbeddingsState, openEmbeddings, trainEmbeddings } from './embeddings.ts'
import { openTerms, type TermsState, trainTerms } from './terms.ts'

export interface SemanticData {
  /** Of each item its title and descriptions as one text; empty where there is none. */
  readonly texts: readonly string[]
  /** When each item came, in milliseconds since 1970; NaN where it is not known. */
  readonly created?: Float64Array | undefined
  /** For popularity. */
  readonly interactions?: Interactions | undefined
}

/** How much popularity and newness count beside likeness, which counts 1: the rankingInfluence of a campaign. */
export interface Influence {
  readonly popularity?: number | undefined
  readonly freshness?: number | undefined
}

export type SemanticState = {
  readonly terms: TermsState | null
  readonly embeddings: EmbeddingsState | null
  /** From 0 to 1, by item. */
  readonly popularity: Float64Array
  readonly freshness: Float64Array
  /** When the oldest item came, and the newest. */
  readonly age: { readonly oldest: number; readonly newest: number }
  readonly popular: Int32Array
  readonly metrics: SemanticMetrics
}

export interface SemanticSimilarity {
  /** Items whose texts are like that of an item, then the popular ones. */
  similar(item: number, influence?: Influence): Ranking
  /** The parts of the scores of these items. */
  explain(item: number, items: Int32Array, influence?: Influence): readonly (readonly ScorePart[])[]
  /** Adds an item that came or was changed after training; it is found from now on. Its popularity stays as it was. */
  add(item: number, text: string, created?: number): Promise<void>
}

/**
 * Items that read alike: https://docs.aws.amazon.com/personalize/latest/dg/native-recipe-semantic-similarity.html.
 * Texts are near by their words (terms.ts), or by their meaning where an embedding model is given (embeddings.ts).
 * Among the nearest, popularity and newness may decide as well:
 *
 *     score_j = (cos(i, j) + p popularity_j + f freshness_j) / (1 + p + f)
 *     popularity_j = log(1 + users_j) / log(1 + max users)
 *     freshness_j = (created_j − oldest) / (newest − oldest)
 */
export async function trainSemanticSimilarity(
  { texts, created, interactions }: SemanticData,
  embed?: Embed,
  done?: (texts: number) => void,
): Promise<SemanticState> {
  const users = interactions ? countUsers(interactions) : new Float64Array(texts.length)
  const most = users.reduce((a, b) => Math.max(a, b), 0)
  const [oldest, newest] = rangeOf(created ?? new Float64Array())
  const state = {
    terms: embed ? null : trainTerms(texts),
    embeddings: embed ? await trainEmbeddings(texts, embed, done) : null,
    popularity: users.map(count => (most === 0 ? 0 : Math.log1p(count) / Math.log1p(most))),
    freshness: Float64Array.from(texts, (_, item) => freshnessOf(created?.[item], { oldest, newest })),
    age: { oldest, newest },
    popular: byCount(users),
  }
  return { ...state, metrics: measure(state, embed) }
}

/** Sums of the same terms in another order differ by less. */
const ROUNDING = 1e-12

/** How many of the nearest items popularity and newness may reorder. */
const REORDERED = 200
/** An item less near than this share of the nearest one's likeness is not reordered: a word in common is too little. */
const LIKE_ENOUGH = 0.3

/** @param embed the embedding model of the state's training, if it had one */
export function openSemanticSimilarity(state: Omit<SemanticState, 'metrics'>, embed?: Embed): SemanticSimilarity {
  const neighbourhood = neighbourhoodOf(state, embed)
  const addedFreshness = new Map<number, number>()
  const freshness = (item: number) => addedFreshness.get(item) ?? state.freshness[item] ?? 0
  const nearTo = (item: number) => {
    const found: Ranked[] = []
    neighbourhood.near(item, (other, score) => other !== item && found.push({ item: other, score }))
    return found
  }
  const similar: SemanticSimilarity['similar'] = (item, { popularity: p = 0, freshness: f = 0 } = {}) => {
    const found = nearTo(item)
    const near = bestFirst(
      found.map(({ item }) => item),
      found.map(({ score }) => score),
    )
    const influenced = ({ item, score }: Ranked) =>
      (score + p * (state.popularity[item] ?? 0) + f * freshness(item)) / (1 + p + f)
    return thenRest(p + f === 0 ? near : reordered(near, influenced, 1 + p + f), state.popular, item)
  }
  return {
    similar,
    explain(item, items, influence = {}) {
      const { popularity: p = 0, freshness: f = 0 } = influence
      const scale = 1 + p + f
      const cosines = new Map(nearTo(item).map(({ item: other, score }) => [other, score / scale]))
      const scores = new Map(Array.from(similar(item, influence), ({ item: other, score }) => [other, score]))
      return Array.from(items, other => {
        const [score, likeness] = [scores.get(other) ?? 0, cosines.get(other) ?? 0]
        if (score <= 0) return [{ model: 'popularity', score, evidence: { kind: 'everybody' } } as const]
        const words = neighbourhood.shared?.(item, other) ?? [{ word: undefined, part: 1 }]
        const parts: ScorePart[] = [
          ...shareOut(
            'text',
            likeness,
            words.map(({ word, part }) => ({ part, evidence: { kind: 'item', ...(word && { word }) } })),
          ),
        ]
        // Only the nearest are reordered: the others have their likeness alone.
        const newness = (f * freshness(other)) / scale
        const rest = score - likeness - newness
        if (score - likeness > ROUNDING) {
          parts.push({ model: 'freshness', score: newness, evidence: { kind: 'freshness' } })
          parts.push({ model: 'popularity', score: rest, evidence: { kind: 'everybody' } })
        }
        return parts.filter(({ score }) => score !== 0)
      })
    },
    async add(item, text, created) {
      if (created !== undefined) addedFreshness.set(item, freshnessOf(created, state.age))
      await neighbourhood.add(item, text)
    },
  }
}

/** The first ones in the order of another score, the rest as they are: below, for they add nothing to their own. */
function* reordered(near: Ranking, scoreOf: (ranked: Ranked) => number, scale: number): Ranking {
  const nearest = take(near, REORDERED)
  const floor = LIKE_ENOUGH * (nearest[0]?.score ?? 0)
  const alike = nearest.filter(({ score }) => score >= floor)
  yield* bestFirst(
    alike.map(({ item }) => item),
    alike.map(scoreOf),
  )
  for (const { item, score } of nearest.slice(alike.length)) yield { item, score: score / scale }
  for (const { item, score } of near) yield { item, score: score / scale }
}

function neighbourhoodOf({ terms, embeddings }: Pick<SemanticState, 'terms' | 'embeddings'>, embed?: Embed) {
  if (terms) return openTerms(terms)
  if (embeddings && embed) return openEmbeddings(embeddings, embed)
  throw new Error('this model was trained with an embedding model, and cannot be opened without it')
}

function freshnessOf(created: number | undefined, { oldest, newest }: SemanticState['age']): number {
  if (created === undefined || Number.isNaN(created) || newest === oldest) return 0
  return Math.min(1, Math.max(0, (created - oldest) / (newest - oldest)))
}

function rangeOf(created: Float64Array): [least: number, most: number] {
  const known = created.filter(time => !Number.isNaN(time))
  if (known.length === 0) return [0, 0]
  return [known.reduce((a, b) => Math.min(a, b)), known.reduce((a, b) => Math.max(a, b))]
}

/** Means over the recommended items, 25 each, for as many items as this at most. */
const MEASURED_MAX = 1000

export type SemanticMetrics = {
  readonly coverage: number
  readonly item_similarity: number
  readonly item_popularity: number
  readonly item_freshness: number
}

/** The recipe's metrics of working-with-training-metrics.html; they foretell nothing, so nothing is held out. */
function measure(state: Omit<SemanticState, 'metrics'>, embed?: Embed): SemanticMetrics {
  const { similar } = openSemanticSimilarity(state, embed)
  const items = state.freshness.length
  const lists = Array.from(sample(items, MEASURED_MAX, 1), item => take(similar(item), 25))
  const all = lists.flat()
  const mean = (of: (ranked: Ranked) => number) => meanOf(all.map(of))
  return {
    coverage: coverage(
      lists.map(list => list.map(({ item }) => item)),
      items,
    ),
    item_similarity: mean(({ score }) => score),
    item_popularity: mean(({ item }) => state.popularity[item]!),
    item_freshness: mean(({ item }) => state.freshness[item]!),
  }
}
