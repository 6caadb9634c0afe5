import type { Blend } from './models/blend.ts'
import type { Shortlist } from './shortlist.ts'

export interface ChoiceSettings {
  /** Weights are chosen for the best mean NDCG of so many recommendations. */
  readonly k: number
  /** Whether items of the history may be recommended again. */
  readonly repeats: boolean
  /** How much the context's lifts count, beside weights of the sum 1; nothing unless given. */
  readonly contextWeight?: number
}

export interface ChosenBlend extends Blend {
  /** The NDCG@k of the questions that weights and floor were chosen on. */
  readonly ndcg: number
  /** The best model alone. */
  readonly alone: { readonly weights: readonly number[]; readonly ndcg: number }
}

/** The floors that are tried. With a large one the logarithm is nearly a line, and the pool a sum of shares. */
const FLOORS = [0.003, 0.01, 0.03, 0.1, 0.3, 1, 3]
/** Those that are tried where less depends on it. */
export const FEW_FLOORS = [0.01, 0.1, 1]

/**
 * Chooses weights and ε by questions that no model was trained on, by coordinate ascent from the best single model, or
 * from `start` where that is better: one weight is changed at a time, and a change stays when the NDCG gets better. A
 * model may end with weight 0.
 */
export function chooseWeights(
  shortlists: readonly Shortlist[],
  models: number,
  settings: ChoiceSettings,
  start?: Blend,
  floors: readonly number[] = FLOORS,
): ChosenBlend {
  const heard = Array.from({ length: models }, (_, m) => shortlists.some(list => speaks(list, m)))
  const begin = start && { ...start, weights: start.weights.map((weight, m) => (heard[m] ? weight : 0)) }
  const tried = floors.map(floor => ({
    floor,
    ...ascend(new Trial(shortlists, models, floor, settings), heard, begin),
  }))
  return tried.reduce((a, b) => (b.ndcg > a.ndcg ? b : a))
}

/** The NDCG@k that a blend has on the shortlists. */
export function qualityOf(shortlists: readonly Shortlist[], blend: Blend, settings: ChoiceSettings): number {
  return new Trial(shortlists, blend.weights.length, blend.floor, settings).set(blend.weights)
}

/** Into how many parts questions are put, each asked of what the others choose. */
const PARTS = 5

/**
 * Whether a choice of weights is better than the best model alone on questions that chose neither, by more than the
 * standard error: each fifth is asked of what the other four choose (Stone, "Cross-validatory choice", JRSS B 1974; the
 * rule of one standard error: Breiman et al., 1984). What is best on few questions is so in part by chance.
 */
export function holdsUp(
  shortlists: readonly Shortlist[],
  models: number,
  settings: ChoiceSettings,
  floor: number,
): boolean {
  const gains = Array.from({ length: PARTS }, (_, part) => {
    const others = shortlists.filter((_, at) => at % PARTS !== part)
    const chosen = chooseWeights(others, models, settings, undefined, [floor])
    const single = { weights: chosen.alone.weights, floor }
    const asked = shortlists.filter((_, at) => at % PARTS === part)
    return asked.map(list => qualityOf([list], chosen, settings) - qualityOf([list], single, settings))
  }).flat()
  const mean = gains.reduce((sum, gain) => sum + gain, 0) / gains.length
  const variance = gains.reduce((sum, gain) => sum + (gain - mean) ** 2, 0) / gains.length
  return mean > Math.sqrt(variance / gains.length)
}

/** Whether a model has any score above 0: without events, most have not. */
function speaks({ shares, size }: Shortlist, m: number): boolean {
  return shares.subarray(m * size, (m + 1) * size).some(share => share > 0)
}

/** Weights that a change tries: relative to the others, finer and finer. */
const FACTORS = [0, 0.5, 0.7, 0.85, 1.18, 1.4, 2]
const FIRST = [0.1, 0.25, 0.5, 1, 2]
const ROUNDS_MAX = 6
/** Less is not worth asking for. */
const WEIGHT_MIN = 0.02

function shares(weights: readonly number[]): number[] {
  const sum = weights.reduce((a, b) => a + b, 0)
  return weights.map(weight => weight / sum)
}

/** `heard` has of each model whether it says anything; the others keep a weight of 0. */
function ascend(trial: Trial, heard: readonly boolean[], start?: Blend) {
  const models = heard.length
  const units = Array.from({ length: models }, (_, m) => Array.from({ length: models }, (_, at) => (at === m ? 1 : 0)))
  const starts = [...units, ...(start ? [start.weights] : [])].map(weights => ({ weights, ndcg: trial.set(weights) }))
  const bestOfAll = (some: typeof starts) => some.reduce((a, b) => (b.ndcg > a.ndcg ? b : a))
  const alone = bestOfAll(starts.slice(0, models))
  let { weights, ndcg: best } = bestOfAll(starts)
  trial.set(weights)
  for (let round = 0; round < ROUNDS_MAX; round++) {
    const before = best
    for (let m = 0; m < models; m++) {
      if (!heard[m]) continue
      const values = weights[m] === 0 ? FIRST : FACTORS.map(factor => factor * weights[m]!)
      const tried = values
        .filter(value => value > 0 || weights.some((weight, at) => at !== m && weight > 0))
        .map(value => ({ value, ndcg: trial.quality(m, value - weights[m]!) }))
      const change = tried.reduce((a, b) => (b.ndcg > a.ndcg ? b : a), { value: weights[m]!, ndcg: best })
      if (change.ndcg === best) continue
      best = change.ndcg
      weights = weights.with(m, change.value)
      trial.set(weights)
    }
    if (best - before < 1e-5) break
  }
  const kept = shares(shares(weights).map(weight => (weight < WEIGHT_MIN ? 0 : weight)))
  return { weights: kept, ndcg: trial.set(kept), alone }
}

/** The questions' scores under some weights, and under these with one changed. */
class Trial {
  readonly #lists: readonly (Shortlist & {
    readonly logs: Float32Array
    readonly base: Float64Array
    readonly sums: Float64Array
  })[]
  readonly #count: number
  readonly #models: number
  readonly #k: number

  constructor(
    shortlists: readonly Shortlist[],
    models: number,
    floor: number,
    { k, repeats, contextWeight = 0 }: ChoiceSettings,
  ) {
    this.#models = models
    this.#k = k
    this.#count = shortlists.length
    // A question of whose targets no model recommends any has a gain of 0, whatever the weights.
    const answerable = shortlists.filter(({ targets }) => targets > 0)
    this.#lists = answerable.map(list => ({
      ...list,
      logs: list.shares.map(share => Math.log(share + floor)),
      base: Float64Array.from({ length: list.size }, (_, i) =>
        !repeats && list.seen[i] === 1 ? Number.NEGATIVE_INFINITY : contextWeight * (list.lifts[i] ?? 0),
      ),
      sums: new Float64Array(list.size),
    }))
  }

  /** Takes these weights from now on, and gives their mean NDCG. */
  set(weights: readonly number[]): number {
    for (const { logs, base, sums, size } of this.#lists) {
      sums.set(base)
      for (let m = 0; m < this.#models; m++)
        if (weights[m]! > 0) for (let i = 0; i < size; i++) sums[i]! += weights[m]! * logs[m * size + i]!
    }
    return this.quality(0, 0)
  }

  /** The mean NDCG where the weight of a model is larger by `more`. */
  quality(m: number, more: number): number {
    let sum = 0
    for (const { logs, sums, size, targets, relevant } of this.#lists) {
      if (scores.length < size) scores = new Float64Array(size)
      for (let i = 0; i < size; i++) scores[i] = sums[i]! + more * logs[m * size + i]!
      sum += gainOf(size, targets, this.#k) / idealGain(relevant, this.#k)
    }
    return sum / Math.max(1, this.#count)
  }
}

/** Room for those of the question at hand. */
let scores = new Float64Array(1024)

function gainOf(size: number, targets: number, k: number): number {
  return targets === 1 ? discount(placeOfFirst(size, k)) : gainOfBest(bestOf(size, k), targets)
}

function idealGain(relevant: number, k: number): number {
  let ideal = 0
  for (let place = 0; place < Math.min(k, relevant); place++) ideal += discount(place)
  return ideal
}

const discount = (place: number) => 1 / Math.log2(2 + place)

/** How many are not worse than the first, so that a target gains nothing from a tie; Infinity where k or more are. */
function placeOfFirst(size: number, k: number): number {
  const own = scores[0]!
  let place = own === Number.NEGATIVE_INFINITY ? k : 0
  for (let i = 1; i < size && place < k; i++) if (scores[i]! >= own) place++
  return place < k ? place : Number.POSITIVE_INFINITY
}

function gainOfBest(best: Int32Array, targets: number): number {
  let gain = 0
  for (const [place, i] of best.entries())
    if (i < targets && scores[i]! > Number.NEGATIVE_INFINITY) gain += discount(place)
  return gain
}

/** The k best, in order. Of equal ones the later come first. */
function bestOf(size: number, k: number): Int32Array {
  const best = new Int32Array(Math.min(k, size))
  let count = 0
  for (let i = size - 1; i >= 0; i--) {
    if (count === best.length && scores[i]! <= scores[best[count - 1]!]!) continue
    let at = count < best.length ? count++ : count - 1
    for (; at > 0 && scores[best[at - 1]!]! < scores[i]!; at--) best[at] = best[at - 1]!
    best[at] = i
  }
  return best
}
