import { Listing, type Ranked } from '../ranked.ts'

/** After this many intervals an item's past counts half as much. */
const HALF_LIFE = 6
/** β: this many events more than expected are noise. */
const NOISE = 3
/** Below this nothing is a trend. */
const FAINT = 0.01
/** This many intervals of the past are looked at: those before weigh a thousandth. */
export const INTERVALS = 60

/** The share of the past that is kept from one block to the next. */
const KEPT = 0.5 ** (1 / HALF_LIFE)

/** The rest of a count after rounding. */
const EMPTY = 1e-6

interface Past {
  readonly block: number
  readonly sum: number
  readonly squares: number
}

/** Events by step, and their sums: the interval is the last steps, the one that is under way included. */
export class Trends {
  readonly #interval: number
  readonly #first: number
  readonly #compareItems: (a: number, b: number) => number
  /** The step that is under way. */
  #now: number
  readonly #steps = new Map<number, Map<number, number>>()
  /** The events of the interval. */
  readonly #counts = new Map<number, number>()
  /** The events before it that are not among the pasts yet. */
  readonly #block = new Map<number, number>()
  readonly #pasts = new Map<number, Past>()
  readonly #trends = new Map<number, number>()
  readonly #fading: number

  constructor(interval: number, first: number, compareItems = (a: number, b: number) => a - b) {
    this.#interval = interval
    this.#first = first
    this.#compareItems = compareItems
    this.#now = first
    this.#fading = 0.5 ** (1 / interval)
  }

  add(item: number, step: number, weight: number): void {
    this.advance(step)
    // An event that comes so late that its step is out of the interval changes nothing any more.
    if (step <= this.#now - this.#interval) return
    const counts = this.#steps.get(step) ?? new Map<number, number>()
    this.#steps.set(step, counts.set(item, (counts.get(item) ?? 0) + weight))
    this.#counts.set(item, (this.#counts.get(item) ?? 0) + weight)
    this.#look(item)
  }

  /** Goes on to a step. Where nothing happened for long, it leaps: past and trends have faded. */
  advance(step: number): void {
    if (step - this.#now > INTERVALS * this.#interval) this.#leap(step)
    while (this.#now < step) {
      this.#now++
      this.#forget(this.#now - this.#interval)
      for (const [item, trend] of this.#trends)
        if (trend * this.#fading > FAINT) this.#trends.set(item, trend * this.#fading)
        else this.#trends.delete(item)
      for (const item of this.#counts.keys()) this.#look(item)
    }
  }

  /** How much of a trend an item is, 0 where it is none. */
  of(item: number): number {
    return this.#trends.get(item) ?? 0
  }

  rank(): Ranked {
    const listing = new Listing()
    const trends = [...this.#trends].sort(([a, trend], [b, other]) => other - trend || this.#compareItems(a, b))
    for (const [item, trend] of trends) listing.offer(item, trend)
    return listing.ranked()
  }

  #leap(step: number): void {
    for (const past of [...this.#steps.keys()].sort((a, b) => a - b)) this.#forget(past)
    this.#close(this.#blockOf(this.#now))
    this.#trends.clear()
    this.#now = step
  }

  /** A step that is out of the interval becomes, with its whole block, part of the expectation. */
  #forget(step: number): void {
    for (const [item, count] of this.#steps.get(step) ?? []) {
      this.#block.set(item, (this.#block.get(item) ?? 0) + count)
      const left = this.#counts.get(item)! - count
      if (left > EMPTY) this.#counts.set(item, left)
      else this.#counts.delete(item)
    }
    this.#steps.delete(step)
    const block = this.#blockOf(step)
    if (this.#blockOf(step + 1) > block) this.#close(block)
  }

  /** Items that come and go within days are seen in blocks as long as the interval, not in its steps. */
  #close(block: number): void {
    for (const [item, count] of this.#block) {
      const { sum, squares } = this.#pastOf(item, block + 1)
      this.#pasts.set(item, { block: block + 1, sum: sum + count, squares: squares + count * count })
    }
    this.#block.clear()
  }

  #blockOf(step: number): number {
    return Math.floor(step / this.#interval)
  }

  /** The sums of the events before a block, each block before the last counting a little less than the next. */
  #pastOf(item: number, block: number): Past {
    const past = this.#pasts.get(item)
    if (!past) return { block, sum: 0, squares: 0 }
    const kept = KEPT ** (block - past.block)
    return { block, sum: past.sum * kept, squares: past.squares * kept }
  }

  #look(item: number): void {
    const block = this.#blockOf(this.#now - this.#interval + 1)
    const blocks = block - this.#first / this.#interval
    // Of less than an interval of the past nothing can be expected.
    if (blocks < 1) return
    const total = (1 - KEPT ** blocks) / (1 - KEPT)
    const { sum, squares } = this.#pastOf(item, block)
    const mean = sum / total
    const trend = significance(this.#counts.get(item)!, mean, squares / total - mean * mean)
    if (trend > (this.#trends.get(item) ?? FAINT)) this.#trends.set(item, trend)
  }
}

/** How far x is above the expectation, in standard deviations that grow with β. */
export function significance(x: number, expected: number, variance: number): number {
  return (x - Math.max(expected, NOISE)) / (Math.sqrt(Math.max(variance, expected)) + NOISE)
}
