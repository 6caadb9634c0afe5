import { hashOf, isSampled } from './hash.ts'
import { type Counts, countsOf } from './quantiles.ts'
import type { Distinct } from './report.ts'

/** The most ids in memory: some 50 MB. */
const IDS_MAX = 500_000

/**
 * Counts the interactions of each item, exactly up to half a million items. Beyond, it samples one item in 2, 4, 8 and
 * so on by hash, and counts each exactly (Flajolet, On adaptive sampling, Computing 43, 1990).
 */
export class IdCounter {
  readonly #counts = new Map<string, number>()
  readonly #most: number
  #level = 0

  constructor(most = IDS_MAX) {
    this.#most = most
  }

  add(id: string): void {
    const count = this.#counts.get(id)
    if (count === undefined && !this.isSampled(id)) return
    this.#counts.set(id, (count ?? 0) + 1)
    while (this.#counts.size > this.#most) {
      this.#level++
      for (const kept of this.#counts.keys()) if (!this.isSampled(kept)) this.#counts.delete(kept)
    }
  }

  /** Whether the interactions of an id are counted: true of every id, unless there are too many. */
  isSampled(id: string): boolean {
    return this.#level === 0 || isSampled(hashOf(id), this.#level)
  }

  /** Returns the number of interactions of an id, and forgets the id. The ids that nobody took remain. */
  take(id: string): number {
    const count = this.#counts.get(id) ?? 0
    this.#counts.delete(id)
    return count
  }

  get distinct(): Distinct {
    return this.#estimate(this.#counts.size)
  }

  /** The interactions of all ids. */
  get rows(): number {
    return this.#counts.values().reduce((sum, count) => sum + count, 0) * 2 ** this.#level
  }

  /** The number of all ids that pass the test. */
  count(test: (id: string) => boolean): Distinct {
    return this.#estimate(this.#counts.keys().reduce((sum, id) => sum + Number(test(id)), 0))
  }

  /** The ids with most interactions and their counts, the most frequent first. */
  first(many: number): readonly { readonly id: string; readonly count: number }[] {
    const sorted = [...this.#counts].sort(([, a], [, b]) => b - a)
    return sorted.slice(0, many).map(([id, count]) => ({ id, count }))
  }

  counts(): Counts {
    return countsOf(this.#counts.values())
  }

  #estimate(sampled: number): Distinct {
    return { count: sampled * 2 ** this.#level, isEstimate: this.#level > 0 }
  }
}
