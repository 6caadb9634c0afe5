import type { PackedRows } from './packed-rows.ts'
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
    // One more than there are items: addRow writes before it knows whether it is a new one.
    this.#touched = new Int32Array(items + 1)
    this.#isTouched = new Uint8Array(items)
  }

  /** The items that have a score, in no order; valid until the next change. */
  get items(): Int32Array {
    return this.#touched.subarray(0, this.#count)
  }

  /** The same in rising order. */
  sortedItems(): Int32Array {
    const [touched, isTouched] = [this.#touched, this.#isTouched]
    if (this.#count * 16 < isTouched.length) return this.items.sort()
    let count = 0
    for (let item = 0; item < isTouched.length; item++) {
      touched[count] = item
      count += isTouched[item]!
    }
    return this.items
  }

  add(item: number, score: number): void {
    if (this.#isTouched[item] === 0) {
      this.#isTouched[item] = 1
      this.#touched[this.#count++] = item
    }
    this.values[item]! += score
  }

  /** Adds weight · row of a matrix whose columns are items. */
  addRow({ offsets, columns, values: entries }: SparseRows, row: number, weight: number): void {
    // The inner loop of training: by local names it takes half as long.
    const [values, touched, isTouched] = [this.values, this.#touched, this.#isTouched]
    let count = this.#count
    const end = offsets[row + 1]!
    for (let at = offsets[row]!; at < end; at++) {
      const item = columns[at]!
      touched[count] = item
      count += 1 - isTouched[item]!
      isTouched[item] = 1
      values[item]! += weight * entries[at]!
    }
    this.#count = count
  }

  /** The same with packed rows: the inner loop of a request. */
  addPackedRow({ offsets, columns, values: entries, scales }: PackedRows, row: number, weight: number): void {
    const [values, touched, isTouched] = [this.values, this.#touched, this.#isTouched]
    const scale = weight * scales[row]!
    let count = this.#count
    const end = offsets[row + 1]!
    for (let at = offsets[row]!; at < end; at++) {
      const item = columns[at]!
      touched[count] = item
      count += 1 - isTouched[item]!
      isTouched[item] = 1
      values[item]! += scale * entries[at]!
    }
    this.#count = count
  }

  /** Adds the j-th score to the j-th item, those above 0: the scores of a dense model, in one go. */
  addPositive(items: Int32Array, scores: Float64Array): void {
    const [values, touched, isTouched] = [this.values, this.#touched, this.#isTouched]
    let count = this.#count
    for (let j = 0; j < items.length; j++) {
      if (!(scores[j]! > 0)) continue
      const item = items[j]!
      touched[count] = item
      count += 1 - isTouched[item]!
      isTouched[item] = 1
      values[item]! += scores[j]!
    }
    this.#count = count
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
