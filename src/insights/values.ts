import type { Value } from '../datasets/values.ts'
import { hashOf, isSampled } from './hash.ts'

/** How many there are; estimated where there were too many to remember. */
export interface Distinct {
  readonly count: number
  readonly isEstimate: boolean
}

export interface ValueCount {
  readonly value: Exclude<Value, null>
  readonly count: number
}

/** So many different values are remembered of a column, and so many characters of them. */
const VALUES_MAX = 4096
const CHARACTERS_MAX = 1_000_000

/**
 * Counts different texts by their hashes: exactly up to 4096, then those of one hash in 2, 4, 8 and so on, within some
 * 2 percent (Flajolet, On adaptive sampling, Computing 43, 1990).
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
 * Counts each value, exactly while there are no more than 4096 different ones of a million characters together. From
 * then on the frequent ones are kept, counted too low by `missed` at most (Misra and Gries, Finding repeated elements,
 * 1982).
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

  /** By how much a count may be too low; 0 where all are exact. */
  get missed(): number {
    return this.#missed
  }

  /** The values that are remembered, the most frequent first. */
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
