import { discount } from '../metrics/ranking.ts'
import type { Choice } from './conditional-logit.ts'
import type { HabitWeights } from './habits.ts'
import type { Shortlist } from './shortlist.ts'

export interface ChoiceSettings {
  /** Weights are chosen for the best mean NDCG of this many recommendations. */
  readonly k: number
  /** How far items of the history are from others, and how much habits count; not at all unless given. */
  readonly habit?: HabitWeights | undefined
  /** How much the context's lifts count, beside weights of the sum 1; nothing unless given. */
  readonly contextWeight?: number
}

/** Room for the k best of the question at hand. */
interface Room {
  readonly best: Int32Array
  readonly scores: Float64Array
}

/** The questions' scores under some weights, and under these with one changed. */
export class Trial {
  readonly #lists: readonly (Shortlist & {
    /** Which of the questions it is. */
    readonly question: number
    readonly logs: Float32Array
    readonly base: Float64Array
    readonly sums: Float64Array
    readonly ideal: number
  })[]
  readonly #count: number
  readonly #models: number
  readonly #k: number
  readonly #room: Room

  constructor(
    shortlists: readonly Shortlist[],
    models: number,
    floor: number,
    { k, habit = { shift: 0, weight: 0 }, contextWeight = 0 }: ChoiceSettings,
  ) {
    this.#models = models
    this.#k = k
    this.#room = { best: new Int32Array(k), scores: new Float64Array(k) }
    this.#count = shortlists.length
    // If no model recommends any target of a question, its gain is 0 with all weights.
    const asked = shortlists.map((list, question) => ({ ...list, question }))
    const answerable = asked.filter(({ targets }) => targets > 0)
    this.#lists = answerable.map(list => ({
      ...list,
      logs: logarithms(list.shares, floor),
      base: Float64Array.from(list.habits, (logOdds, i) => {
        const again = Number.isNaN(logOdds) ? 0 : habit.shift + habit.weight * logOdds
        return again + contextWeight * (list.lifts[i] ?? 0)
      }),
      sums: new Float64Array(list.size),
      ideal: idealGain(list.relevant, k),
    }))
  }

  /** The questions that have a target on their list. */
  get choices(): readonly Choice[] {
    return this.#lists
  }

  /** Takes these weights from now on, and returns their mean NDCG. */
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
    for (let at = 0; at < this.#lists.length; at++) sum += this.#gain(at, m, more)
    return sum / Math.max(1, this.#count)
  }

  /** Takes these weights from now on, and returns the NDCG of each question. */
  gains(weights: readonly number[]): Float64Array {
    this.set(weights)
    const gains = new Float64Array(this.#count)
    for (const [at, { question }] of this.#lists.entries()) gains[question] = this.#gain(at, 0, 0)
    return gains
  }

  #gain(at: number, m: number, more: number): number {
    const { logs, sums, size, targets, ideal } = this.#lists[at]!
    const own = m * size
    const gain =
      targets === 1
        ? gainOfFirst(sums, logs, own, more, size, this.#k)
        : gainOfTargets(sums, logs, own, more, size, targets, this.#room)
    return gain / ideal
  }
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

/**
 * The gain of the first item, whose score and those of the others are sums[i] + more · logs[from + i]. Its place is how
 * many are not worse, so that a target gains nothing from a tie.
 */
function gainOfFirst(
  sums: Float64Array,
  logs: Float32Array,
  from: number,
  more: number,
  size: number,
  k: number,
): number {
  const own = sums[0]! + more * logs[from]!
  if (own === Number.NEGATIVE_INFINITY) return 0
  let place = 0
  for (let i = 1; i < size; i++) if (sums[i]! + more * logs[from + i]! >= own && ++place === k) return 0
  return discount(place + 1)
}

/** The gain of the first `targets` items among the best that there is room for. Of equal ones the later come first. */
function gainOfTargets(
  sums: Float64Array,
  logs: Float32Array,
  from: number,
  more: number,
  size: number,
  targets: number,
  { best, scores }: Room,
): number {
  const k = best.length
  let count = 0
  let least = Number.NEGATIVE_INFINITY
  // The lists begin with the best of a model: most of the others are worse, and passed over at once.
  for (let i = 0; i < size; i++) {
    const score = sums[i]! + more * logs[from + i]!
    if (score < least || score === Number.NEGATIVE_INFINITY) continue
    let at = count < k ? count++ : k - 1
    for (; at > 0 && scores[at - 1]! <= score; at--) {
      best[at] = best[at - 1]!
      scores[at] = scores[at - 1]!
    }
    best[at] = i
    scores[at] = score
    if (count === k) least = scores[k - 1]!
  }
  let gain = 0
  for (let place = 0; place < count; place++) if (best[place]! < targets) gain += discount(place + 1)
  return gain
}
