import { hashOf, isSampled } from './hash.ts'
import { type Counts, countsOf } from './quantiles.ts'
import type { Distinct } from './values.ts'

/** So many ids are remembered: some 50 MB. */
const IDS_MAX = 500_000

/**
 * How many interactions each item has. Exact for half a million items; of more, those of one hash in 2, 4, 8 and so on
 * are counted, each of them exactly (Flajolet, On adaptive sampling, Computing 43, 1990).
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

  /** Whether interactions with it are counted; true of every id unless there are too many. */
  isSampled(id: string): boolean {
    return this.#level === 0 || isSampled(hashOf(id), this.#level)
  }

  /** How many interactions it has, 0 if none; it is forgotten, so that in the end those are left that nobody took. */
  take(id: string): number {
    const count = this.#counts.get(id) ?? 0
    this.#counts.delete(id)
    return count
  }

  get distinct(): Distinct {
    return this.#estimate(this.#counts.size)
  }

  /** The interactions of all of them. */
  get rows(): number {
    return this.#counts.values().reduce((sum, count) => sum + count, 0) * 2 ** this.#level
  }

  /** How many of all ids there are that the test is true of. */
  count(test: (id: string) => boolean): Distinct {
    return this.#estimate(this.#counts.keys().reduce((sum, id) => sum + Number(test(id)), 0))
  }

  /** So many ids with their counts, those with most first. */
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
