import type { ScorePart } from '../evidence.ts'
import type { Interactions } from '../interactions.ts'
import { Growing } from '../math/growing.ts'
import { trendPredictionAccuracy } from '../metrics/trends.ts'
import { News } from '../news.ts'
import { type Ranked, thenRest, type Wanted } from '../ranked.ts'
import { openPopular } from './popularity-count.ts'
import { INTERVALS, Trends } from './trends.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE

/** An interval slides on in at most this many steps. */
const STEPS = 12
const intervalOf = (length: number): Interval => ({ step: length / STEPS, steps: STEPS })

/** The recipe's trend_discovery_frequency. */
export const TREND_FREQUENCIES: Readonly<Record<string, Interval>> = {
  '30 minutes': intervalOf(30 * MINUTE),
  '1 hour': intervalOf(HOUR),
  '2 hours': intervalOf(2 * HOUR),
  '3 hours': intervalOf(3 * HOUR),
  '1 day': intervalOf(24 * HOUR),
}

/** The interval whose events are compared with those before: `steps` steps of `step` milliseconds. */
export type Interval = { readonly step: number; readonly steps: number }

export type TrendingState = {
  readonly interval: Interval
  /** The moment that step 0 begins, in milliseconds since 1970: just after the newest event of training. */
  readonly origin: number
  /** The step of the oldest event, also where that does not matter any more. */
  readonly first: number
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
interface Trending {
  /** The trending items, the fastest first, then the popular ones; as of a moment, or of the newest event. */
  rank(now?: number, wanted?: Wanted): Ranked
  /** Counts an event, in milliseconds since 1970; the next request sees it. */
  add(item: number, time: number, weight?: number): void
  /** The parts of the item's score at the moment that was last asked for. */
  explain(item: number): readonly ScorePart[]
}

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
  const { users, offsets, sequence, times, weights } = interactions
  const events = collectTrends(interval, interactions.items)
  const news = newsOf(interval)
  for (let user = 0; user < users; user++)
    for (let event = offsets[user]!; event < offsets[user + 1]!; event++) {
      const [item, time] = [sequence[event]!, times?.[event] ?? 0]
      events.add(item, time, (weights?.[event] ?? 1) * news.shareOf(item, user, time))
    }
  const collected = events.collected()
  return { ...collected, metrics: { trend_prediction_accuracy: measure(collected) } }
}

/** How much events tell of a trend: those of one user within an interval of one another for less and less. */
export const newsOf = ({ step, steps }: Interval) => new News(step * steps)

/** This many intervals are foretold for the metric. */
const MEASURED = 5

/** All that trends are seen by. */
type TrendEvents = Omit<TrendingState, 'metrics'>

/**
 * Collects events, in any order, and of each the little that trends are seen by.
 * @param items how many items there are at least
 */
export function collectTrends(interval: Interval, items: number) {
  const counts = new Growing(new Float64Array(items))
  for (let item = 0; item < items; item++) counts.push(0)
  const recent = {
    items: new Growing(new Int32Array(1024)),
    times: new Growing(new Float64Array(1024)),
    weights: new Growing(new Float32Array(1024)),
  }
  const reach = (INTERVALS + MEASURED) * interval.steps
  let [newest, oldest] = [0, Number.POSITIVE_INFINITY]
  const stepsAgo = (time: number) => Math.floor((newest - time) / interval.step)
  return {
    add(item: number, time: number, weight: number): void {
      while (counts.length <= item) counts.push(0)
      counts.numbers[item]! += weight
      newest = Math.max(newest, time)
      oldest = Math.min(oldest, time)
      if (stepsAgo(time) >= reach) return
      recent.items.push(item)
      recent.times.push(time)
      recent.weights.push(weight)
    },
    collected(): TrendEvents {
      const [times, ofItem, weights] = [recent.times.numbers, recent.items.numbers, recent.weights.numbers]
      const events = Int32Array.from(times.keys())
        .filter(event => stepsAgo(times[event]!) < reach)
        .sort((a, b) => times[a]! - times[b]! || a - b)
      return {
        interval,
        origin: newest + 1,
        first: -1 - stepsAgo(Math.min(oldest, newest)),
        items: events.map(event => ofItem[event]!),
        steps: events.map(event => -1 - stepsAgo(times[event]!)),
        weights: Float32Array.from(events, event => weights[event]!),
        counts: counts.numbers.slice(),
      }
    },
  }
}

/**
 * Opens a trained model, or one that was read from a file.
 * @param compareItems the order of items that are as much of a trend, or as popular
 * @param trained how many items there were at training, if there are events of later ones as well
 */
export function openTrending(
  { interval, origin, first, counts, ...events }: TrendEvents,
  compareItems = (a: number, b: number) => a - b,
  trained = counts.length,
): Trending {
  const popular = openPopular({ counts }, compareItems, trained)
  const trends = new Trends(interval.steps, first, compareItems)
  for (const [event, item] of events.items.entries()) trends.add(item, events.steps[event]!, events.weights[event]!)
  const stepAt = (time: number) => Math.floor((time - origin) / interval.step)
  trends.advance(-1)
  return {
    rank(now, wanted) {
      if (now !== undefined) trends.advance(stepAt(now))
      return thenRest([trends.rank()], popular.order(), wanted)
    },
    add(item, time, weight = 1) {
      popular.add(item, weight)
      trends.add(item, stepAt(time), weight)
    },
    explain(item) {
      const trend = trends.of(item)
      if (trend > 0) return [{ model: 'trend', score: trend, evidence: { kind: 'trend' } }]
      return [{ model: 'popularity', score: 0, evidence: { kind: 'popularity', count: popular.countOf(item) } }]
    },
  }
}

/** How well each of the last intervals was foretold, in the mean. */
function measure({ interval, first, items, steps, weights }: Omit<TrendingState, 'origin' | 'counts' | 'metrics'>) {
  const trends = new Trends(interval.steps, first)
  let event = 0
  let sum = 0
  for (let left = MEASURED; left > 0; left--) {
    const from = -left * interval.steps
    for (; event < items.length && steps[event]! < from; event++)
      trends.add(items[event]!, steps[event]!, weights[event]!)
    trends.advance(from - 1)
    const rises = new Map<number, number>()
    for (let at = 0; at < items.length; at++) {
      const ago = Math.floor((steps[at]! - from) / interval.steps)
      const sign = ago === 0 ? 1 : ago === -1 ? -1 : 0
      if (sign !== 0) rises.set(items[at]!, (rises.get(items[at]!) ?? 0) + sign * weights[at]!)
    }
    sum += trendPredictionAccuracy(trends.rank().items.subarray(0, 25), rises)
  }
  return sum / MEASURED
}
