import { setImmediate } from 'node:timers/promises'
import { ResourceNotFoundException } from '../../contract/errors.ts'
import type { ScorePart } from '../../engine/evidence.ts'
import type { Ranked } from '../../engine/ranked.ts'
import type { FoundInteraction } from '../../store/rows.ts'
import type { Store } from '../../store/store.ts'
import type { Answer, Query } from '../families/ranker.ts'
import type { Serving } from '../serving/serving.ts'
import { type Fact, factsOf } from './facts.ts'
import { prepareRequest } from './prepare-request.ts'
import { type Reason, reasonsOf } from './reasons.ts'
import { recommend, rounded, served } from './recommend.ts'
import type { PreparedRequest, RecommendationRequest, Recommender } from './request.ts'

/** A place beyond these is not told: the item is far down. */
const RANKS_MAX = 1000

/** A question why. */
interface AskedWhy extends RecommendationRequest {
  /** The item whose place is explained; the first `numResults` of the list unless given. */
  readonly explained?: string | undefined
  /** The session whose events are left out one by one; every session unless given. */
  readonly sessionId?: string | undefined
}

interface ExplainedItem {
  readonly id: string
  /** Left out where the recipe has none. */
  readonly score?: number | undefined
  /** Whether it is here to find out about it. */
  readonly isExplored?: boolean | undefined
  /** Its place by the model, the filter and the objective: exploration has none. Null beyond `RANKS_MAX`. */
  readonly rank: number | null
  /** The sum of all its reasons, and of its contributions. */
  readonly modelScore: number
  /** The amount that each model adds to the score. */
  readonly contributions: readonly { readonly model: string; readonly contribution: number }[]
  /** Those that speak most for it first. */
  readonly reasons: readonly Reason[]
}

export interface Why {
  readonly items: readonly ExplainedItem[]
  /** The events that recommendations are made from, the oldest first. */
  readonly events: readonly FoundInteraction[]
}

/**
 * Returns the reasons of recommendations: the parts of the scores by each fact about the user, and each item's rank
 * without that fact. For the latter the list is made anew without the event, property or context. So it costs as many
 * requests as there are facts, which `factsOf` limits; each has a turn of the event loop for itself.
 *
 * @throws ResourceNotFoundException where the model does not know the item to explain; otherwise as `recommend` does
 */
export async function explainWhy(
  store: Store,
  serving: Serving,
  recommender: Recommender,
  request: AskedWhy,
): Promise<Why> {
  const prepared = await prepareRequest(store, serving, recommender, request)
  const listed = await listOf(store, serving, recommender, request, prepared)
  const { model, query, known } = prepared
  const items = Int32Array.from(listed, ({ id }) => model.itemIndex.numberOf(id))
  const ranksOf = (one: Query) =>
    ranksAmong(served(model, model.ranker.ask(one), prepared.filter, recommender, RANKS_MAX), items)
  const ranks = ranksOf(query)
  const told = known?.told() ?? []
  const facts = factsOf(prepared, recommender.recipe, told, request.sessionId)
  const without: { fact: Fact; ranks: Ranks }[] = []
  for (const fact of facts) {
    await setImmediate()
    without.push({ fact, ranks: ranksOf(fact.without) })
  }
  const parts = model.ranker.ask(query).explain(items)
  return {
    events: told,
    items: listed.map((one, at) => {
      const item = items[at]!
      const ranksWithout = without.map(({ fact, ranks: found }) => ({ fact, rank: found.get(item) ?? null }))
      return {
        ...one,
        rank: ranks.get(item) ?? null,
        modelScore: sumOf(parts[at]!),
        contributions: contributionsOf(parts[at]!),
        reasons: reasonsOf(parts[at]!, { prepared, told, ranks: ranksWithout, rank: ranks.get(item) ?? null }),
      }
    }),
  }
}

/** The items to explain. */
async function listOf(
  store: Store,
  serving: Serving,
  recommender: Recommender,
  request: AskedWhy,
  { model, query }: PreparedRequest,
): Promise<readonly Pick<ExplainedItem, 'id' | 'score' | 'isExplored'>[]> {
  const { explained } = request
  const { ids, scores, explored } = await recommend(store, serving, recommender, request)
  const list = ids.slice().map((id, at) => ({ id, score: scores?.[at], isExplored: explored && explored[at] === 1 }))
  if (explained === undefined) return list
  const item = model.itemIndex.numberOf(explained)
  if (item < 0)
    throw new ResourceNotFoundException(
      `itemId: the model knows no ${model.isOfActions ? 'action' : 'item'} ${JSON.stringify(explained)}`,
    )
  const found = list.find(({ id }) => id === explained)
  if (found) return [found]
  const answer = model.ranker.ask(query)
  const [score] = answer.scoresOf?.(Int32Array.of(item)) ?? []
  const isScored = score !== undefined && !Number.isNaN(score)
  const [probability] = (isScored && answer.toProbabilities?.(Float64Array.of(score), false)) || []
  return [{ id: explained, score: probability === undefined ? undefined : rounded(probability) }]
}

type Ranks = ReadonlyMap<number, number>

/** The places of these items, as far as `RANKS_MAX`. Explored items have no rank. */
function ranksAmong({ items: ranked, explored }: Ranked, items: Int32Array): Ranks {
  const wanted = new Set(items)
  const ranks = new Map<number, number>()
  let rank = 0
  for (const [at, item] of ranked.entries()) {
    if (explored?.[at] === 1) continue
    rank++
    if (wanted.has(item)) ranks.set(item, rank)
  }
  return ranks
}

function contributionsOf(parts: Parts): ExplainedItem['contributions'] {
  const byModel = Map.groupBy(parts, ({ model }) => model)
  return [...byModel]
    .map(([model, some]) => ({ model, contribution: sumOf(some) }))
    .sort((a, b) => b.contribution - a.contribution)
}

type Parts = ReturnType<Answer['explain']>[number]

const sumOf = (parts: readonly ScorePart[]) => parts.reduce((sum, { score }) => sum + score, 0)
