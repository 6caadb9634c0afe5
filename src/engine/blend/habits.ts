import type { Interactions } from '../interactions.ts'
import { floatsOf } from '../math/floats.ts'
import { meanOf } from '../math/mean.ts'
import { HISTORY_MAX } from './questions.ts'

/** How users come back to their own items, as the file of a model keeps it. */
export type HabitsState = {
  /** The share of repeats among a user's events, in the mean of all users. */
  readonly rate: number
  /** c: how many events of everybody are worth as much as a user's own; the more, the more users are alike. */
  readonly alike: number
  /** log lift of each item: how much more often it is taken again than what else the same users had. */
  readonly items: Float32Array
  /** The same by how many steps ago something was had: 1, 2 and 3, 4 to 7, and so on. */
  readonly lags: Float32Array
  /** How much less an event tells of a user's habit than the one after it. */
  readonly decay: number
  /** How far had items are from new ones in the scores of the blend at hand, and how much habits count. */
  readonly shift: number
  readonly weight: number
  /** How much the steps since count; files of before have none, and as much as `weight`. */
  readonly lagWeight?: number | undefined
}

/** The part of habits that questions choose. */
export type HabitWeights = Pick<HabitsState, 'shift' | 'weight' | 'lagWeight'>

/**
 * The score that habits add to an item.
 * @param logOdds that it is taken again rather than a new one, by user and item
 * @param lag the log lift of the steps since it was had
 */
export function habitScore({ shift, weight, lagWeight = weight }: HabitWeights, logOdds: number, lag: number): number {
  return shift + weight * logOdds + lagWeight * lag
}

/** The least and the greatest prior of lifts, in expected repeats. */
const [PRIOR_MIN, PRIOR_MAX] = [1, 5]
/** The least and the most events of everybody that are worth as much as a user's own. */
const [ALIKE_MIN, ALIKE_MAX] = [0.5, 10]
/** How much of a habit a step further back tells. */
const DECAY = 0.97
const OCTAVES = Math.ceil(Math.log2(HISTORY_MAX + 1))
/** Where there is nothing to learn from: no blend has scores so far apart that it makes up for it. */
const RATE_MIN = 1e-4

/** Habits without a training: a user's own items come last, except for users who come back. */
export const UNTRAINED: HabitsState = {
  rate: RATE_MIN,
  alike: ALIKE_MAX / 2,
  items: new Float32Array(),
  lags: new Float32Array(OCTAVES),
  decay: DECAY,
  shift: 0,
  weight: 1,
}

/**
 * Learns from a user's newest HISTORY_MAX events, as requests look at them. It learns the rate of repeats of users, and
 * the lifts of items and of steps back. A lift is observed repeats against expected ones. The more alike the lifts of
 * all are, the more it is shrunk. The expectation is that a user who takes something again takes any of the user's own
 * items. DuMouchel, "Bayesian data mining in large frequency tables", The American Statistician 1999.
 */
export function trainHabits({ users, items, offsets, sequence }: Interactions, recency = true): HabitsState {
  const { repeats, events } = repeatsOf(users, offsets, sequence, items)
  const { rate, alike } = everybodys(repeats, events)
  const [observed, expected] = [new Float64Array(items), new Float64Array(items)]
  const [seen, due] = [new Float64Array(OCTAVES), new Float64Array(OCTAVES)]
  const [place, next] = [new Int32Array(items).fill(-1), new Int32Array(HISTORY_MAX)]
  const until = new Float64Array(HISTORY_MAX + 1)
  for (let user = 0; user < users; user++) {
    const own = newest(sequence, offsets, user)
    const r_u = (repeats[user]! + alike * rate) / (events[user]! + alike)
    let had = 0
    for (const [at, item] of own.entries()) {
      const before = place[item]!
      until[at + 1] = until[at]! + (had > 0 ? r_u / had : 0)
      if (before >= 0) {
        observed[item]!++
        seen[octaveOf(at - before)]!++
        next[before] = at
      } else had++
      place[item] = at
      next[at] = own.length - 1
    }
    for (const [at, item] of own.entries()) {
      place[item] = -1
      expected[item]! += until[next[at]! + 1]! - until[at + 1]!
      for (let octave = 0, from = at + 1; from <= next[at]!; octave++) {
        const end = Math.min(next[at]! + 1, at + 2 ** (octave + 1))
        due[octave]! += until[end]! - until[from]!
        from = end
      }
    }
  }
  const lags = recency ? liftsOf(seen, due) : new Float32Array(OCTAVES)
  return { ...UNTRAINED, rate, alike, items: liftsOf(observed, expected), lags, decay: recency ? DECAY : 1 }
}

/**
 * Returns a function for the log odds that a user's own item is taken next rather than a new one. It is a mixture of
 * both, as in RepeatNet (Ren et al., AAAI 2019), with the user's own shares. It goes by item and by steps since, after
 * Anderson et al., "The dynamics of repeat consumption" (WWW 2014).
 *
 *     score'_i = score_i + shift + weight · (log r_u / (1 − r_u) + lift_i) + lagWeight · lift of the steps since
 *     r_u = (Σ_t decay^t [event t steps back was a repeat] + c · rate) / (Σ_t decay^t + c)
 *
 * The function calls back with each item of the history, the sum in brackets, and the lift of the steps. It takes 5 µs
 * for 200 events. In a history the number `items` stands for an item that came after the training; its lift is not
 * known.
 */
export function openHabits({ rate, alike, items: lifts, lags, decay }: HabitsState, items: number) {
  const place = new Int32Array(items + 1).fill(-1)
  return (history: Int32Array, each: (item: number, logOdds: number, lag: number) => void): void => {
    const count = history.length
    let [repeats, fresh] = [0, 0]
    for (let at = 0; at < count; at++) {
      const isRepeat = place[history[at]!]! >= 0
      repeats = decay * repeats + (isRepeat ? 1 : 0)
      // The first event cannot be a repeat.
      fresh = decay * fresh + (isRepeat || at === 0 ? 0 : 1)
      place[history[at]!] = at
    }
    const own = Math.log((repeats + alike * rate) / (fresh + alike * (1 - rate)))
    for (let at = count - 1; at >= 0; at--) {
      const item = history[at]!
      if (place[item]! < 0) continue
      place[item] = -1
      each(item, own + (lifts[item] ?? 0), lags[Math.min(OCTAVES - 1, octaveOf(count - at))] ?? 0)
    }
  }
}

/** Of each user's newest events how many are repeats, and how many could be: all but the first. */
function repeatsOf(users: number, offsets: Int32Array, sequence: Int32Array, items: number) {
  const last = new Int32Array(items).fill(-1)
  const [repeats, events] = [new Float64Array(users), new Float64Array(users)]
  for (let user = 0; user < users; user++) {
    const own = newest(sequence, offsets, user)
    events[user] = Math.max(0, own.length - 1)
    for (const item of own) {
      if (last[item] === user) repeats[user]!++
      last[item] = user
    }
  }
  return { repeats, events }
}

/**
 * The mean rate m of users, and how alike they are: c = m (1 − m) / variance − 1. It is that of a beta distribution of
 * rates with the variance that remains without chance. Kleinman, "Proportions with extraneous variance", JASA 1973.
 */
function everybodys(repeats: Float64Array, events: Float64Array): Pick<HabitsState, 'rate' | 'alike'> {
  const asked = Int32Array.from(events.keys()).filter(user => events[user]! > 0)
  const rates = floatsOf(asked, user => repeats[user]! / events[user]!)
  const rate = Math.min(1 - RATE_MIN, Math.max(RATE_MIN, meanOf(rates)))
  const chance = meanOf(floatsOf(asked, user => (rate * (1 - rate)) / events[user]!))
  const variance = meanOf(rates.map(own => (own - rate) ** 2)) - chance
  const alike = variance > 0 ? (rate * (1 - rate)) / variance - 1 : ALIKE_MAX
  return { rate, alike: Math.min(ALIKE_MAX, Math.max(ALIKE_MIN, alike)) }
}

const newest = (sequence: Int32Array, offsets: Int32Array, user: number) =>
  sequence.subarray(Math.max(offsets[user]!, offsets[user + 1]! - HISTORY_MAX), offsets[user + 1])

const octaveOf = (steps: number) => 31 - Math.clz32(steps)

function liftsOf(observed: Float64Array, expected: Float64Array): Float32Array {
  const prior = priorOf(observed, expected)
  return Float32Array.from(observed, (count, at) => Math.log((count + prior) / (expected[at]! + prior)))
}

/**
 * How many expected repeats of everybody are worth as much as an item's own: 1 / variance of the lifts, less that of
 * chance, as in a gamma distribution of mean 1. A count that chance alone decides has the variance E (Poisson). The
 * prior is small where staples come back and durable goods do not.
 *
 *     prior = Σ E² / Σ ((O − E)² − E)
 */
function priorOf(observed: Float64Array, expected: Float64Array): number {
  let [squares, more] = [0, 0]
  for (const [at, due] of expected.entries()) {
    squares += due ** 2
    more += (observed[at]! - due) ** 2 - due
  }
  return more > 0 ? Math.min(PRIOR_MAX, Math.max(PRIOR_MIN, squares / more)) : PRIOR_MAX
}
