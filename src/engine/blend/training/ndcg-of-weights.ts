import { floatsOf } from '../../math/floats.ts'
import { discount } from '../../metrics/ranking.ts'
import type { Blend } from '../blend.ts'
import type { HabitWeights } from '../habits.ts'
import type { ChoiceSet } from './conditional-logit.ts'
import type { Shortlist } from './shortlist.ts'

export interface ChoiceSettings {
  /** Weights are chosen for the best mean NDCG of this many recommendations. */
  readonly k: number
  /** How far items of the history are from others, and how much habits count; not at all unless given. */
  readonly habit?: HabitWeights | undefined
  /** How much the context's lifts count, beside weights of the sum 1; nothing unless given. */
  readonly contextWeight?: number
}

/** A shortlist with what some ε and settings make of it, and room for the scores under some weights. */
interface ScoredList extends Shortlist {
  /** log(share + ε), [model][item]. */
  readonly logs: Float32Array
  /** By item, its score beside those of the models. */
  readonly base: Float64Array
  readonly sums: Float64Array
  readonly ideal: number
}

/** The questions as a trial asks them. Trials may share them one after another. */
export function scoredLists(
  shortlists: readonly Shortlist[],
  floor: number,
  settings: ChoiceSettings,
): readonly ScoredList[] {
  return shortlists.map(list => ({
    ...list,
    logs: logarithms(list.shares, floor),
    base: baseOf(list, settings),
    sums: new Float64Array(list.size),
    ideal: idealGain(list.relevant, settings.k),
  }))
}

/** Returns `scoredLists` that remembers those of the last ε and settings: sets of questions have some in common. */
export function rememberScored(): typeof scoredLists {
  let last: { readonly floor: number; readonly settings: ChoiceSettings } | undefined
  const known = new Map<Shortlist, ScoredList>()
  return (lists, floor, settings) => {
    if (last?.floor !== floor || last.settings !== settings) known.clear()
    last = { floor, settings }
    return lists.map(list => known.getOrInsertComputed(list, () => scoredLists([list], floor, settings)[0]!))
  }
}

/** By item, its score beside those of the models. */
function baseOf(
  { habits, lifts }: Shortlist,
  { habit = { shift: 0, weight: 0 }, contextWeight = 0 }: ChoiceSettings,
): Float64Array {
  return floatsOf(habits, (logOdds, i) => {
    const again = Number.isNaN(logOdds) ? 0 : habit.shift + habit.weight * logOdds
    return again + contextWeight * (lifts[i] ?? 0)
  })
}

/** With each of these settings, the NDCG@k of each question in a blend. The logarithms are worked out once for all. */
export function gainsWith(
  shortlists: readonly Shortlist[],
  { weights, floor }: Blend,
  several: readonly ChoiceSettings[],
): readonly Float64Array[] {
  const places = several.map(({ k }) => gainsAtPlaces(k))
  const gains = several.map(() => new Float64Array(shortlists.length))
  const heard = [...weights.keys()].filter(m => weights[m]! > 0)
  for (const [question, list] of shortlists.entries()) {
    if (list.targets === 0) continue
    const { shares, size } = list
    const none = new Float32Array(size)
    const logs = heard.map(m => logarithms(shares.subarray(m * size, (m + 1) * size), floor))
    for (const [at, settings] of several.entries()) {
      const sums = baseOf(list, settings)
      for (const [place, m] of heard.entries())
        for (let i = 0; i < size; i++) sums[i]! += weights[m]! * logs[place]![i]!
      const scored = { ...list, logs: none, base: sums, sums, ideal: idealGain(list.relevant, settings.k) }
      gains[at]![question] = gainOf(scored, 0, 0, places[at]!)
    }
  }
  return gains
}

/** The questions' scores under some weights, and under these with one changed. */
export class Trial {
  /** If no model recommends any target of a question, its gain is 0 with all weights: it is not among these. */
  readonly #lists: readonly ScoredList[]
  /** How many questions there are. */
  readonly #count: number
  readonly #models: number
  readonly #gains: GainsAtPlaces

  constructor(asked: readonly ScoredList[], models: number, k: number) {
    this.#models = models
    this.#gains = gainsAtPlaces(k)
    this.#count = asked.length
    this.#lists = asked.filter(({ targets }) => targets > 0)
  }

  /** The questions that have a target on their list. */
  get choices(): readonly ChoiceSet[] {
    return this.#lists
  }

  /** Takes these weights from now on. */
  take(weights: readonly number[]): void {
    for (const { logs, base, sums, size } of this.#lists) {
      sums.set(base)
      for (let m = 0; m < this.#models; m++)
        if (weights[m]! > 0) for (let i = 0; i < size; i++) sums[i]! += weights[m]! * logs[m * size + i]!
    }
  }

  /** Takes these weights from now on, and returns their mean NDCG. */
  set(weights: readonly number[]): number {
    this.take(weights)
    return this.qualities(0, [0])[0]!
  }

  /** The mean NDCG where the weight of a model is larger by each of these. */
  qualities(m: number, mores: readonly number[]): number[] {
    const sums = mores.map(() => 0)
    // All of a question at once: its numbers are in the cache then.
    for (const list of this.#lists)
      for (let at = 0; at < mores.length; at++) sums[at]! += gainOf(list, m, mores[at]!, this.#gains)
    return sums.map(sum => sum / Math.max(1, this.#count))
  }
}

/** The gain of a question where the weight of a model is larger by `more`. */
function gainOf(list: ScoredList, m: number, more: number, gains: GainsAtPlaces): number {
  const gain = list.targets === 1 ? gainOfFirst(list, m, more, gains) : gainOfTargets(list, m, more, gains)
  return gain / list.ideal
}

/** Most shares are 0. */
function logarithms(shares: Float32Array, floor: number): Float32Array {
  const logs = new Float32Array(shares.length).fill(Math.log(floor))
  for (let at = 0; at < shares.length; at++) if (shares[at]! > 0) logs[at] = Math.log(shares[at]! + floor)
  return logs
}

function idealGain(relevant: number, k: number): number {
  let ideal = 0
  for (let place = 0; place < Math.min(k, relevant); place++) ideal += discount(place + 1)
  return ideal
}

/** The gain of a target at each of the first k places, and room for the targets of the present question. */
interface GainsAtPlaces {
  readonly gains: Float64Array
  readonly scores: Float64Array
  readonly better: Int32Array
}

function gainsAtPlaces(k: number): GainsAtPlaces {
  const gains = Float64Array.from({ length: k }, (_, place) => discount(place + 1))
  return { gains, scores: new Float64Array(k), better: new Int32Array(k) }
}

/**
 * The gain of the first item, whose score and those of the others are sums[i] + more · logs[from + i]. Its place is how
 * many are not worse, so that a target gains nothing from a tie.
 */
function gainOfFirst({ sums, logs, size }: ScoredList, m: number, more: number, { gains }: GainsAtPlaces): number {
  const from = m * size
  const k = gains.length
  const own = sums[0]! + more * logs[from]!
  if (own === Number.NEGATIVE_INFINITY) return 0
  let place = 0
  for (let i = 1; i < size; i++) if (sums[i]! + more * logs[from + i]! >= own && ++place === k) return 0
  return gains[place]!
}

/** The gain of the first `targets` items. The place of each is how many others are not worse, and targets better. */
function gainOfTargets(
  { sums, logs, size, targets }: ScoredList,
  m: number,
  more: number,
  { gains, scores, better }: GainsAtPlaces,
): number {
  const from = m * size
  const k = gains.length
  let count = 0
  for (let i = 0; i < targets; i++) {
    const score = sums[i]! + more * logs[from + i]!
    if (score === Number.NEGATIVE_INFINITY || (count === k && score <= scores[k - 1]!)) continue
    let at = count < k ? count++ : k - 1
    for (; at > 0 && scores[at - 1]! < score; at--) scores[at] = scores[at - 1]!
    scores[at] = score
  }
  better.fill(0)
  // better[t] of the others are not worse than the t-th target, but worse than those before it.
  let ahead = 0
  for (let i = targets; i < size && count > 0; i++) {
    const score = sums[i]! + more * logs[from + i]!
    if (score < scores[count - 1]!) continue
    let t = count - 1
    while (t > 0 && score >= scores[t - 1]!) t--
    better[t]!++
    // The last target has no place any more: all that is not worse than the one before it counts from now on.
    if (++ahead + count > k) ahead -= better[--count]!
  }
  let [gain, place] = [0, 0]
  for (let t = 0; t < count; t++) {
    place += better[t]!
    gain += gains[place + t]!
  }
  return gain
}
