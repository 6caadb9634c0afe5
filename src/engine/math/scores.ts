import type { SparseRows } from './sparse.ts'

/**
 * The scores of items if few have one; the others have 0. Clearing costs as many steps as there are scores, so a
 * request costs the same in a large catalogue as in a small one.
 */
export class Scores {
  /** By item. */
  readonly values: Float64Array
  readonly #touched: Int32Array
  readonly #isTouched: Uint8Array
  #count = 0

  constructor(items: number) {
    this.values = new Float64Array(items)
    this.#touched = new Int32Array(items)
    this.#isTouched = new Uint8Array(items)
  }

  /** The items that have a score, in no order; valid until the next change. */
  get items(): Int32Array {
    return this.#touched.subarray(0, this.#count)
  }

  add(item: number, score: number): void {
    if (this.#isTouched[item] === 0) {
      this.#isTouched[item] = 1
      this.#touched[this.#count++] = item
    }
    this.values[item]! += score
  }

  /** Adds weight · row of a matrix whose columns are items. */
  addRow({ offsets, columns, values }: SparseRows, row: number, weight: number): void {
    const end = offsets[row + 1]!
    for (let at = offsets[row]!; at < end; at++) this.add(columns[at]!, weight * values[at]!)
  }

  /** Adds the j-th score to the j-th item, those above 0: the scores of a dense model, in one go. */
  addPositive(items: Int32Array, scores: Float64Array): void {
    for (let j = 0; j < items.length; j++) if (scores[j]! > 0) this.add(items[j]!, scores[j]!)
  }

  has(item: number): boolean {
    return this.#isTouched[item] === 1
  }

  /** The greatest score, 0 where none is above. */
  greatest(): number {
    let most = 0
    for (let at = 0; at < this.#count; at++) most = Math.max(most, this.values[this.#touched[at]!]!)
    return most
  }

  clear(): void {
    for (let at = 0; at < this.#count; at++) {
      const item = this.#touched[at]!
      this.values[item] = 0
      this.#isTouched[item] = 0
    }
    this.#count = 0
  }
}
