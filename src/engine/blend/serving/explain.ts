import { type Evidence, type ScorePart, shareOut } from '../../evidence.ts'
import { Scores } from '../../math/scores.ts'
import type { BlendOfClass } from '../blend.ts'
import { conditionalWeight } from '../models/conditional-popularity.ts'
import type { ContentModel } from '../models/content.ts'
import type { BlendQuery, Model } from '../models/model.ts'
import { type ColdItem, isByEvents } from './cold-items.ts'

/** All that scores of a trained blend come from. */
interface Explainable {
  readonly items: number
  /** Those of the blend, then conditional popularity if it has that. */
  readonly models: readonly { readonly name: string; readonly model: Model }[]
  /** How many events each item has. */
  readonly counts: Float64Array
  readonly context: Model | undefined
  readonly again: ((query: BlendQuery, out: Scores) => void) | undefined
  readonly taste: ContentModel | undefined
}

interface Part {
  readonly part: number
  readonly evidence: Evidence
}

/** The part that every item has: the blend's score of an item that no model scores. */
const FLOOR = { model: 'floor', evidence: { kind: 'floor' } } as const

/**
 * Returns a function that takes the scores of items apart, by model and by what each model's share comes from. The
 * score of a blend is a sum over its models (blend.ts), so a model's part is exact, to 2e-7 of a weight:
 *
 *     score = log ε Σ_m w_m + Σ_m w_m log(1 + share_m / ε) + what context and habits add
 *
 * Conditional popularity adds w log(1 + share / ε) of its own.
 *
 * A model's part is divided among events and properties in proportion to their parts of the model's raw score. That
 * score is a sum over them (`contributions`). All parts of an item sum up to its score.
 *
 * @param scoresOf the scores that are taken apart, of the same question
 */
export function openExplainer({ items: size, models, counts, context, again, taste }: Explainable) {
  const scratch = new Scores(size)
  const scored = (model: Pick<Model, 'score'>, query: BlendQuery) => {
    scratch.clear()
    model.score(query, scratch)
    return scratch
  }
  return (
    blend: BlendOfClass,
    query: BlendQuery,
    items: Int32Array,
    scoresOf: (items: Int32Array) => Float64Array,
  ): readonly (readonly ScorePart[])[] => {
    const { weights, floor, contextWeight } = blend
    const beside = conditionalWeight(blend, models)
    const wanted = new Set(items)
    const found = new Map<number, ScorePart[]>(Array.from(wanted, item => [item, []]))
    const says = (share: number, weight: number) => (share > 0 ? weight * Math.log(1 + share / floor) : 0)
    const total = weights.reduce((sum, weight) => sum + weight, 0)
    for (const parts of found.values()) parts.push({ ...FLOOR, score: total * Math.log(floor) })
    for (const [m, { name, model }] of models.entries()) {
      const weight = weights[m] ?? beside
      if (weight === 0) continue
      const scores = model.prior ?? scored(model, query).values
      const most = (model.prior ? model.prior.reduce((a, b) => Math.max(a, b), 0) : scratch.greatest()) || 1
      const shares = new Map(Array.from(wanted, item => [item, says(scores[item]! / most, weight)]))
      const parts = model.prior ? undefined : partsOf(model, query, wanted)
      for (const [item, score] of shares) {
        if (score === 0) continue
        if (model.prior) found.get(item)!.push({ model: name, score, evidence: popularityEvidence(counts[item]!) })
        else found.get(item)!.push(...shareOut(name, score, parts!.get(item) ?? []))
      }
    }
    if (context && query.context)
      for (const [item, parts] of partsOf(context, query, wanted))
        for (const { part, evidence } of parts)
          found.get(item)!.push({ model: 'context', score: contextWeight * part, evidence })
    if (again)
      for (const item of scored({ score: again }, query).items())
        found.get(item)?.push({ model: 'habits', score: scratch.values[item]!, evidence: { kind: 'habit' } })
    settle(query, found, scoresOf)
    return Array.from(items, item => found.get(item)!)
  }

  /** Items without an event may have their score by taste alone: the rest of it is the taste's. */
  function settle(query: BlendQuery, found: Map<number, ScorePart[]>, scoresOf: (items: Int32Array) => Float64Array) {
    if (!taste) return
    const untried = Int32Array.from(found.keys()).filter(item => counts[item] === 0)
    const scores = scoresOf(untried)
    const tastes = partsOf(taste, query, new Set(untried))
    for (const [at, item] of untried.entries()) {
      const parts = found.get(item)!
      const rest = scores[at]! - parts.reduce((sum, { score }) => sum + score, 0)
      if (Math.abs(rest) > ROUNDING) parts.push(...shareOut('content', rest, tastes.get(item) ?? []))
    }
  }
}

/** How many events an item has, to two decimals: where popularity fades, no count is whole. */
export function popularityEvidence(count: number): Evidence {
  return { kind: 'popularity', count: Math.round(100 * count) / 100 }
}

/** Sums of the same terms in another order differ by less. */
const ROUNDING = 1e-9

/** The parts of a model's raw score, by item. */
function partsOf(model: Model, query: BlendQuery, wanted: ReadonlySet<number>): ReadonlyMap<number, Part[]> {
  const parts = new Map<number, Part[]>()
  model.contributions?.(query, wanted, (item, part, evidence) => {
    parts.getOrInsertComputed(item, () => []).push({ part, evidence })
  })
  return parts
}

/** The parts of the score of an item that came after training: it has the floor, the rest is as it is scored. */
export function explainColdItem(
  taste: ContentModel | undefined,
  floor: number,
  query: BlendQuery,
  coldItem: ColdItem,
  score: number,
): readonly ScorePart[] {
  const silent = Math.log(floor)
  const { features, events } = coldItem
  const rest = score - silent
  const parts: readonly ScorePart[] = isByEvents(taste, query, coldItem)
    ? [{ model: 'popularity', score: rest, evidence: popularityEvidence(events) }]
    : shareOut('content', rest, taste?.coldItemParts(query, features) ?? [])
  return [{ ...FLOOR, score: silent }, ...parts].filter(({ score }) => score !== 0)
}
