import { countUsers } from '../count-users.ts'
import { type ScorePart, shareOut } from '../evidence.ts'
import type { Interactions } from '../interactions.ts'
import { floatsOf } from '../math/floats.ts'
import { meanOf } from '../math/mean.ts'
import { sample } from '../math/random.ts'
import { coverage } from '../metrics/ranking.ts'
import { bestFirst, byCount, Cursor, Listing, type Ranked, thenRest, type Wanted } from '../ranked.ts'
import { type Embed, type EmbeddingsState, openEmbeddings, trainEmbeddings } from './embeddings.ts'
import { fnv1a } from './hash.ts'
import { openTerms, type TermsState, trainTerms } from './terms.ts'

interface SemanticData {
  /** Of each item its title and descriptions as one text; empty where there is none. */
  readonly texts: readonly string[]
  /** When each item came, in milliseconds since 1970; NaN where it is not known. */
  readonly created?: Float64Array | undefined
  /** For popularity. */
  readonly interactions?: Interactions | undefined
}

/** How much popularity and newness count beside likeness, which counts 1: the rankingInfluence of a campaign. */
interface Influence {
  readonly popularity?: number | undefined
  readonly freshness?: number | undefined
}

export type SemanticState = {
  readonly terms: TermsState | null
  readonly embeddings: EmbeddingsState | null
  /** By item, 32 bits that tell its text from another; files of before have none. */
  readonly digests?: Int32Array
  /** From 0 to 1, by item. */
  readonly popularity: Float64Array
  readonly freshness: Float64Array
  /** When the oldest item came, and the newest. */
  readonly age: { readonly oldest: number; readonly newest: number }
  readonly popular: Int32Array
  readonly metrics: SemanticMetrics
}

interface SemanticSimilarity {
  /** Items whose texts are like that of an item, then the popular ones. */
  similar(item: number, influence?: Influence, wanted?: Wanted): Ranked
  /** The parts of the scores of these items. */
  explain(item: number, items: Int32Array, influence?: Influence): readonly (readonly ScorePart[])[]
  /** Adds an item that came or was changed after training; it is found from now on. Its popularity stays as it was. */
  add(item: number, text: string, created?: number): Promise<void>
  /** Whether an item had this text and this age at training; true where the file does not say. */
  isAsTrained(item: number, text: string, created?: number): boolean
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
    digests: Int32Array.from(texts, text => fnv1a(text)),
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
  const hadText = (item: number, text: string) => state.digests?.[item] === fnv1a(text)
  const freshness = (item: number) => addedFreshness.get(item) ?? state.freshness[item] ?? 0
  const nearTo = (item: number) => {
    const found = new Listing({ passes: other => other !== item })
    neighbourhood.near(item, (other, score) => found.offer(other, score))
    return found.ranked()
  }
  const similar: SemanticSimilarity['similar'] = (item, { popularity: p = 0, freshness: f = 0 } = {}, wanted) => {
    const found = nearTo(item)
    const near = bestFirst(found.items, found.scores)
    const influenced = (item: number, score: number) =>
      (score + p * (state.popularity[item] ?? 0) + f * freshness(item)) / (1 + p + f)
    const order = p + f === 0 ? near : reordered(new Cursor(near), influenced, 1 + p + f)
    return thenRest(order, state.popular, wanted, item)
  }
  return {
    similar,
    explain(item, items, influence = {}) {
      const { popularity: p = 0, freshness: f = 0 } = influence
      const scale = 1 + p + f
      const [near, all] = [nearTo(item), similar(item, influence)]
      const cosines = new Map(Array.from(near.items, (other, at) => [other, near.scores[at]! / scale]))
      const scores = new Map(Array.from(all.items, (other, at) => [other, all.scores[at]!]))
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
      addedFreshness.set(item, freshnessOf(created, state.age))
      if (hadText(item, text)) neighbourhood.restore(item)
      else await neighbourhood.add(item, text)
    },
    isAsTrained: (item, text, created) =>
      !state.digests || (hadText(item, text) && state.freshness[item] === freshnessOf(created, state.age)),
  }
}

/** The first ones in the order of another score, the rest as they are: below, for they add nothing to their own. */
function* reordered(
  near: Cursor,
  scoreOf: (item: number, score: number) => number,
  scale: number,
): Generator<Ranked, void, undefined> {
  const { items, scores } = next(near)
  const floor = LIKE_ENOUGH * (scores[0] ?? 0)
  const alike = scores.findLastIndex(score => score >= floor) + 1
  yield* bestFirst(
    items.subarray(0, alike),
    floatsOf(items.subarray(0, alike), (item, at) => scoreOf(item, scores[at]!)),
  )
  yield { items: items.subarray(alike), scores: scores.subarray(alike).map(score => score / scale) }
  for (let rest = next(near); rest.items.length > 0; rest = next(near))
    yield { items: rest.items, scores: rest.scores.map(score => score / scale) }
}

/** The next items that are reordered at once, or as many as are left. */
function next(near: Cursor): Ranked {
  const listing = new Listing({ count: REORDERED })
  while (listing.room > 0 && near.next()) listing.offer(near.item, near.score)
  return listing.ranked()
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

type SemanticMetrics = {
  readonly coverage: number
  readonly item_similarity: number
  readonly item_popularity: number
  readonly item_freshness: number
}

/** The recipe's metrics of working-with-training-metrics.html; they foretell nothing, so nothing is held out. */
function measure(state: Omit<SemanticState, 'metrics'>, embed?: Embed): SemanticMetrics {
  const { similar } = openSemanticSimilarity(state, embed)
  const items = state.freshness.length
  const lists = Array.from(sample(items, MEASURED_MAX, 1), item => similar(item, {}, { count: 25 }))
  const all = lists.flatMap(({ items }) => [...items])
  return {
    coverage: coverage(
      lists.map(({ items }) => [...items]),
      items,
    ),
    item_similarity: meanOf(lists.flatMap(({ scores }) => [...scores])),
    item_popularity: meanOf(all.map(item => state.popularity[item]!)),
    item_freshness: meanOf(all.map(item => state.freshness[item]!)),
  }
}
