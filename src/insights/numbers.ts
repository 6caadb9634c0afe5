import { createRandom } from '../engine/math/random.ts'
import { countsOf, equalParts, quantilesOf } from './quantiles.ts'
import type { NumbersReport, Quantiles } from './report.ts'

const SAMPLE = 10_000
const PARTS = 24
/** Tukey's outer fences: three times the interquartile range beyond the quartiles (Exploratory Data Analysis, 1977). */
const FENCE = 3

/**
 * Summarizes numbers. The quantiles are of all values, or of a random sample of 10,000 (Vitter, Random sampling with a
 * reservoir, 1985).
 */
export class NumberSummary {
  readonly #sample = new Float64Array(SAMPLE)
  readonly #random = createRandom(1)
  #count = 0
  #mean = 0
  #min = Number.POSITIVE_INFINITY
  #max = Number.NEGATIVE_INFINITY

  add(number: number): void {
    const place = this.#count < SAMPLE ? this.#count : Math.floor(this.#random() * (this.#count + 1))
    if (place < SAMPLE) this.#sample[place] = number
    this.#count++
    this.#mean += (number - this.#mean) / this.#count
    if (number < this.#min) this.#min = number
    if (number > this.#max) this.#max = number
  }

  report(): NumbersReport | undefined {
    const sorted = this.#sample.slice(0, this.#count).sort()
    const quantiles = quantilesOf(countsOf(sorted))
    if (!quantiles) return undefined
    const exact = { ...quantiles, min: this.#min, max: this.#max }
    return {
      ...exact,
      mean: this.#mean,
      isSample: this.#count > SAMPLE,
      outliersBeyond: outliers(exact),
      histogram: equalParts(sorted, PARTS),
    }
  }
}

/**
 * Returns the fences, if a value is beyond them. A positive value must be beyond them on a logarithmic scale as well:
 * prices have a long tail that is no fault.
 */
function outliers({ min, p25, p75, max }: Quantiles): NumbersReport['outliersBeyond'] {
  if (p25 === p75) return undefined
  const reach = FENCE * (p75 - p25)
  const plain = { low: p25 - reach, high: p75 + reach }
  const factor = min > 0 ? (p75 / p25) ** FENCE : 0
  const low = min > 0 ? Math.min(plain.low, p25 / factor) : plain.low
  const high = min > 0 ? Math.max(plain.high, p75 * factor) : plain.high
  return min < low || max > high ? { low, high } : undefined
}
