import type { Value } from '../datasets/values.ts'
import { hashOf, isSampled } from './hash.ts'
import type { Distinct, ValueCount } from './report.ts'

/** The most different values that are remembered of a column, and the most characters of them. */
const VALUES_MAX = 4096
const CHARACTERS_MAX = 1_000_000

/**
 * Counts different texts by their hashes, exactly up to 4096. Beyond, it counts one hash in 2, 4, 8 and so on, within
 * some 2 percent (Flajolet, On adaptive sampling, Computing 43, 1990).
 */
export class DistinctCounter {
  readonly #hashes = new Set<number>()
  #level = 0

  add(text: string): void {
    const hash = hashOf(text)
    if (!isSampled(hash, this.#level)) return
    this.#hashes.add(hash)
    while (this.#hashes.size > VALUES_MAX) {
      this.#level++
      for (const kept of this.#hashes) if (!isSampled(kept, this.#level)) this.#hashes.delete(kept)
    }
  }

  get distinct(): Distinct {
    return { count: this.#hashes.size * 2 ** this.#level, isEstimate: this.#level > 0 }
  }
}

/**
 * Counts each value, exactly up to 4096 different values with a million characters together. Beyond, it keeps the
 * frequent values, counted too low by at most `missed` (Misra and Gries, Finding repeated elements, 1982).
 */
export class ValueCounter {
  readonly #counts = new Map<Exclude<Value, null>, number>()
  readonly #distinct = new DistinctCounter()
  #characters = 0
  #missed = 0

  add(value: Exclude<Value, null>): void {
    const count = this.#counts.get(value)
    if (count !== undefined) {
      this.#counts.set(value, count + 1)
      return
    }
    this.#distinct.add(String(value))
    if (this.#counts.size < VALUES_MAX && this.#characters < CHARACTERS_MAX) {
      this.#counts.set(value, 1)
      this.#characters += lengthOf(value)
    } else this.#forgetOneEach()
  }

  get distinct(): Distinct {
    return this.#missed === 0 ? { count: this.#counts.size, isEstimate: false } : this.#distinct.distinct
  }

  /** The most by which a count may be too low; 0 if all are exact. */
  get missed(): number {
    return this.#missed
  }

  /** The remembered values, the most frequent first. */
  counts(): readonly ValueCount[] {
    return [...this.#counts].map(([value, count]) => ({ value, count })).sort((a, b) => b.count - a.count)
  }

  #forgetOneEach(): void {
    this.#missed++
    for (const [value, count] of this.#counts) {
      if (count > 1) this.#counts.set(value, count - 1)
      else {
        this.#counts.delete(value)
        this.#characters -= lengthOf(value)
      }
    }
  }
}

function lengthOf(value: Exclude<Value, null>): number {
  return typeof value === 'string' ? value.length : 0
}
