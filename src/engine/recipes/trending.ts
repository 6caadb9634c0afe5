import { type Interactions, itemCounts } from '../interactions.ts'
import { trendPredictionAccuracy } from '../metrics/trends.ts'
import { type Answer, bestFirst, firstOf, thenRest } from '../ranked.ts'
import { openPopular } from './popularity-count.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE

/** The recipe's trend_discovery_frequency. Those of more than two hours are looked at anew within the interval. */
export const TREND_FREQUENCIES: Readonly<Record<string, Interval>> = {
  '30 minutes': { step: 30 * MINUTE, steps: 1 },
  '1 hour': { step: HOUR, steps: 1 },
  '2 hours': { step: 2 * HOUR, steps: 1 },
  '3 hours': { step: HOUR, steps: 3 },
  '1 day': { step: 2 * HOUR, steps: 12 },
}

/** The interval whose events are compared with those before: `steps` steps of `step` milliseconds. */
export type Interval = { readonly step: number; readonly steps: number }

export type TrendingState = {
  readonly interval: Interval
  /** The moment that step 0 begins, in milliseconds since 1970: just after the newest event of training. */
  readonly origin: number
  /**
   * The events of training that still matter, the oldest first: the item, the step, which is below 0, and the weight.
   */
  readonly items: Int32Array
  readonly steps: Int32Array
  readonly weights: Float32Array
  /** All events, by item. */
  readonly counts: Float64Array
  readonly metrics: { readonly trend_prediction_accuracy: number }
}

/** Items that become popular. */
export interface Trending {
  /** The trending items, the fastest first, then the popular ones; as of a moment, or of the newest event. */
  rank(now?: number): Answer
  /** Counts an event, in milliseconds since 1970. It is seen in trends when the step that it is in is over. */
  add(item: number, time: number, weight?: number): void
}

/** After this many intervals an item's past counts half as much. */
const HALF_LIFE = 6
/** β: this many events more than expected are noise. */
const NOISE = 3
/** Below this nothing is a trend. */
const FAINT = 0.01
/** This many intervals of the past are looked at: those before weigh a thousandth. */
const INTERVALS = 60

/**
 * Trends as in SigniTrend (Schubert, Weiler and Kriegel, KDD 2014). A trend is how far an item's events in the last
 * interval are above the expectation from the intervals before, in standard deviations. Mean and variance are
 * exponentially weighted, the variance at least that of a Poisson process; β keeps a few events from being a trend. A
 * trend fades by half in an interval.
 *
 *     trend = max((x − max(E, β)) / (√max(V, E) + β), trend before / 2)
 *
 * The metric is of the last intervals, each foretold from the events before it.
 *
 * @param interval one of `TREND_FREQUENCIES`
 */
export function trainTrending(interactions: Interactions, interval: Interval): TrendingState {
  const { sequence, times = new Float64Array(sequence.length), weights } = interactions
  const newest = times.reduce((a, b) => Math.max(a, b), 0)
  const stepOf = (event: number) => -1 - Math.floor((newest - times[event]!) / interval.step)
  const first = -(INTERVALS + MEASURED) * interval.steps
  const recent = Int32Array.from(sequence.keys())
    .filter(event => stepOf(event) >= first)
    .sort((a, b) => times[a]! - times[b]! || a - b)
  const events = {
    interval,
    origin: newest + 1,
    items: recent.map(event => sequence[event]!),
    steps: recent.map(stepOf),
    weights: Float32Array.from(recent, event => weights?.[event] ?? 1),
  }
  return {
    ...events,
    counts: itemCounts(interactions),
    metrics: { trend_prediction_accuracy: measure(events) },
  }
}

/** Opens a trained model, or one that was read from a file. */
export function openTrending({ interval, origin, counts, ...events }: Omit<TrendingState, 'metrics'>): Trending {
  const popular = openPopular({ counts })
  const trends = new Trends(interval.steps, events.steps[0] ?? 0)
  for (const [event, item] of events.items.entries()) trends.add(item, events.steps[event]!, events.weights[event]!)
  const stepAt = (time: number) => Math.floor((time - origin) / interval.step)
  trends.advance(0)
  return {
    rank(now) {
      if (now !== undefined) trends.advance(stepAt(now))
      return thenRest(trends.rank(), inOrder(popular.rank()))
    },
    add(item, time, weight = 1) {
      popular.add(item, weight)
      trends.add(item, stepAt(time), weight)
    },
  }
}

function* inOrder(answer: Answer): Generator<number, void, undefined> {
  for (const { item } of answer) yield item
}

/** Events by step, and what came of them. */
class Trends {
  readonly #interval: number
  readonly #first: number
  /** The step that events are coming in; those of the interval before it are complete. */
  #now: number
  readonly #steps = new Map<number, Map<number, number>>()
  readonly #pasts = new Map<number, Past>()
  #trends = new Map<number, number>()
  readonly #keep: number

  constructor(interval: number, first: number) {
    this.#interval = interval
    this.#first = first
    this.#now = first
    this.#keep = 0.5 ** (1 / (HALF_LIFE * interval))
  }

  add(item: number, step: number, weight: number): void {
    this.advance(step)
    const counts = this.#steps.get(step) ?? new Map<number, number>()
    // An event that comes so late that its step is past changes nothing any more.
    if (step >= this.#now - this.#interval) this.#steps.set(step, counts.set(item, (counts.get(item) ?? 0) + weight))
  }

  /** Goes on to a step. Where nothing happened for long, it leaps: past and trends have faded. */
  advance(step: number): void {
    if (step - this.#now > INTERVALS * this.#interval) this.#leap(step)
    while (this.#now < step) {
      this.#forget(this.#now - this.#interval)
      this.#now++
      this.#look()
    }
  }

  rank(): Answer {
    return bestFirst([...this.#trends.keys()], [...this.#trends.values()])
  }

  #leap(step: number): void {
    for (const past of [...this.#steps.keys()].sort((a, b) => a - b)) this.#forget(past)
    this.#trends.clear()
    this.#now = step
  }

  /** A step that is over and out of the interval becomes part of the expectation. */
  #forget(step: number): void {
    for (const [item, count] of this.#steps.get(step) ?? []) {
      const { sum, squares } = this.#pastOf(item, step + 1)
      this.#pasts.set(item, { step: step + 1, sum: sum + count, squares: squares + count * count })
    }
    this.#steps.delete(step)
  }

  /** The sums of what happened before a step, each step before the last counting a little less than the next. */
  #pastOf(item: number, step: number): Past {
    const past = this.#pasts.get(item)
    if (!past) return { step, sum: 0, squares: 0 }
    const kept = this.#keep ** (step - past.step)
    return { step, sum: past.sum * kept, squares: past.squares * kept }
  }

  #look(): void {
    const start = this.#now - this.#interval
    // Of less than an interval of the past nothing can be expected.
    if (start - this.#first < this.#interval) return
    const counts = new Map<number, number>()
    for (let step = this.#now - this.#interval; step < this.#now; step++)
      for (const [item, count] of this.#steps.get(step) ?? []) counts.set(item, (counts.get(item) ?? 0) + count)
    const trends = new Map<number, number>()
    const fading = 0.5 ** (1 / this.#interval)
    for (const [item, trend] of this.#trends) if (trend * fading > FAINT) trends.set(item, trend * fading)
    const total = (1 - this.#keep ** (start - this.#first)) / (1 - this.#keep)
    for (const [item, x] of counts) {
      const { sum, squares } = this.#pastOf(item, start)
      const mean = sum / total
      const variance = squares / total - mean * mean
      const trend = significance(x, mean * this.#interval, variance * this.#interval)
      if (trend > (trends.get(item) ?? FAINT)) trends.set(item, trend)
    }
    this.#trends = trends
  }
}

interface Past {
  readonly step: number
  readonly sum: number
  readonly squares: number
}

/** How far x is above the expectation, in standard deviations that grow with β. */
export function significance(x: number, expected: number, variance: number): number {
  return (x - Math.max(expected, NOISE)) / (Math.sqrt(Math.max(variance, expected)) + NOISE)
}

/** This many intervals are foretold for the metric. */
const MEASURED = 5

function measure({ interval, items, steps, weights }: Pick<TrendingState, 'interval' | 'items' | 'steps' | 'weights'>) {
  const trends = new Trends(interval.steps, steps[0] ?? 0)
  let event = 0
  let sum = 0
  for (let left = MEASURED; left > 0; left--) {
    const from = -left * interval.steps
    for (; event < items.length && steps[event]! < from; event++)
      trends.add(items[event]!, steps[event]!, weights[event]!)
    trends.advance(from)
    const rises = new Map<number, number>()
    for (let at = 0; at < items.length; at++) {
      const ago = Math.floor((steps[at]! - from) / interval.steps)
      const sign = ago === 0 ? 1 : ago === -1 ? -1 : 0
      if (sign !== 0) rises.set(items[at]!, (rises.get(items[at]!) ?? 0) + sign * weights[at]!)
    }
    sum += trendPredictionAccuracy(firstOf(trends.rank(), 25), rises)
  }
  return sum / MEASURED
}
