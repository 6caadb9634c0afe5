import type { Question } from '../interactions.ts'
import { greatest } from '../math/sparse.ts'
import type { Model } from './model.ts'

export interface BlendSettings {
  /** Weights are chosen for the best mean NDCG of so many recommendations. */
  readonly k: number
  /** Whether items of the history may be recommended again. */
  readonly repeats: boolean
  /** How many of each model's best items of a question are looked at when weights are chosen. */
  readonly shortlist: number
}

export const BLEND: BlendSettings = { k: 10, repeats: false, shortlist: 100 }

export interface Blend extends Model {
  /** In the order of the models; they sum up to 1. */
  readonly weights: readonly number[]
  /** ε: how little a model can say against an item. */
  readonly floor: number
  /** The NDCG@k of the questions that weights and floor were chosen on. */
  readonly ndcg: number
}

/** The floors that are tried. With a large one the logarithm is nearly a line, and the pool a sum of shares. */
const FLOORS = [0.003, 0.01, 0.03, 0.1, 0.3, 1, 3]

/**
 * What several models say together: a logarithmic opinion pool (Genest and Zidek, "Combining probability distributions",
 * Statistical Science 1986; a product of experts), each score as a share of the model's greatest one.
 *
 *     score = Σ_m w_m log(max(score_m, 0) / max score_m + ε)
 *
 * A sum of z-scores, the usual way, lets the model with the heaviest tail decide; see docs/decisions/0004.
 *
 * Weights and ε come from questions that no model was trained on, by coordinate ascent from the best single model: one
 * weight is changed at a time, and a change stays when the NDCG gets better. A model may end with weight 0.
 */
export function trainBlend(
  models: readonly Model[],
  items: number,
  questions: readonly Question[],
  settings: BlendSettings = BLEND,
): Blend {
  const shortlists = questions.map(shortlister(models, items, settings))
  const tried = FLOORS.map(floor => {
    const logs = shortlists.map(({ shares, ...list }) => ({ ...list, shares: shares.map(x => Math.log(x + floor)) }))
    return { floor, ...ascend(logs, models.length, settings.k) }
  })
  const best = tried.reduce((a, b) => (b.ndcg > a.ndcg ? b : a))
  return { ...best, ...pool(models, items, best) }
}

/** The pool of models with weights that are known; a model of weight 0 is not asked. */
export function pool(
  models: readonly Model[],
  items: number,
  { weights, floor }: Pick<Blend, 'weights' | 'floor'>,
): Model {
  const scores = new Float64Array(items)
  return {
    score(history, out, properties) {
      out.fill(0)
      for (const [m, model] of models.entries()) {
        const weight = weights[m]!
        if (weight === 0) continue
        model.score(history, scores, properties)
        const most = greatestScore(scores)
        for (let item = 0; item < items; item++)
          out[item]! += weight * Math.log(Math.max(scores[item]!, 0) / most + floor)
      }
    },
  }
}

/** What the models say of the items of a question that any of them would recommend, and of its targets. */
interface Shortlist {
  /** [item][model], of each model's greatest score; logarithms of them where weights are tried. */
  readonly shares: Float32Array
  readonly size: number
  /** The targets come first. */
  readonly targets: number
}

function shortlister(models: readonly Model[], items: number, { shortlist, repeats }: BlendSettings) {
  const scores = models.map(() => new Float64Array(items))
  const all = Int32Array.from({ length: items }, (_, item) => item)
  return ({ history, targets, properties }: Question): Shortlist => {
    const seen = new Set(repeats ? [] : history)
    const listed = new Set([...targets].filter(item => !seen.has(item)))
    const targetCount = listed.size
    const most = models.map((model, m) => {
      model.score(history, scores[m]!, properties)
      for (const item of greatest(all, scores[m]!, shortlist + seen.size)) if (!seen.has(item)) listed.add(item)
      return greatestScore(scores[m]!)
    })
    const shares = new Float32Array(listed.size * models.length)
    let at = 0
    for (const item of listed) for (const [m, of] of scores.entries()) shares[at++] = Math.max(of[item]!, 0) / most[m]!
    return { shares, size: listed.size, targets: targetCount }
  }
}

/** Weights that a change tries: relative to the others, finer and finer. */
const FACTORS = [0, 0.5, 0.7, 0.85, 1.18, 1.4, 2]
const FIRST = [0.1, 0.25, 0.5, 1, 2]
const ROUNDS_MAX = 6

function ascend(shortlists: readonly Shortlist[], models: number, k: number) {
  const quality = (weights: readonly number[]) => meanNdcg(shortlists, weights, k)
  const singles = Array.from({ length: models }, (_, m) => quality(unit(models, m)))
  let weights = unit(models, singles.indexOf(Math.max(...singles)))
  let best = Math.max(...singles)
  for (let round = 0; round < ROUNDS_MAX; round++) {
    const before = best
    for (let m = 0; m < models; m++) {
      const tried = weights[m] === 0 ? FIRST : FACTORS.map(factor => factor * weights[m]!)
      for (const weight of tried) {
        const changed = weights.with(m, weight)
        const ndcg = changed.some(weight => weight > 0) ? quality(changed) : 0
        if (ndcg <= best) continue
        best = ndcg
        weights = changed
      }
    }
    if (best - before < 1e-5) break
  }
  const sum = weights.reduce((a, b) => a + b, 0)
  return { weights: weights.map(weight => weight / sum), ndcg: best }
}

function unit(length: number, at: number): number[] {
  return Array.from({ length }, (_, m) => (m === at ? 1 : 0))
}

/** The mean NDCG@k of the shortlists in the order of the weighted sums. */
function meanNdcg(shortlists: readonly Shortlist[], weights: readonly number[], k: number): number {
  let sum = 0
  for (const shortlist of shortlists) sum += ndcgOf(shortlist, weights, k)
  return shortlists.length === 0 ? 0 : sum / shortlists.length
}

const blended = { scores: new Float64Array(1024) }

function ndcgOf({ shares, size, targets }: Shortlist, weights: readonly number[], k: number): number {
  if (blended.scores.length < size) blended.scores = new Float64Array(size)
  const scores = blended.scores
  const models = weights.length
  for (let item = 0; item < size; item++) {
    let score = 0
    for (let m = 0; m < models; m++) score += weights[m]! * shares[item * models + m]!
    scores[item] = score
  }
  const best = bestOf(scores, size, k)
  let gain = 0
  for (const [position, item] of best.entries()) if (item < targets) gain += 1 / Math.log2(2 + position)
  let ideal = 0
  for (let position = 1; position <= Math.min(k, targets); position++) ideal += 1 / Math.log2(1 + position)
  return ideal === 0 ? 0 : gain / ideal
}

/** The k best, in order. Of equal ones the later come first, so that a target gains nothing from a tie. */
function bestOf(scores: Float64Array, size: number, k: number): Int32Array {
  const best = new Int32Array(Math.min(k, size))
  let count = 0
  for (let item = size - 1; item >= 0; item--) {
    if (count === best.length && scores[item]! <= scores[best[count - 1]!]!) continue
    let at = count < best.length ? count++ : count - 1
    for (; at > 0 && scores[best[at - 1]!]! < scores[item]!; at--) best[at] = best[at - 1]!
    best[at] = item
  }
  return best
}

/** 1 where no item has a score above 0. */
function greatestScore(scores: Float64Array): number {
  let most = 0
  for (let item = 0; item < scores.length; item++) most = Math.max(most, scores[item]!)
  return most || 1
}
