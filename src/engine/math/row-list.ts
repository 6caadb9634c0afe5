import { grown } from './growing.ts'

/** Rows of a matrix, each with a weight, that are to be added up. It is filled again and again. */
export class RowList {
  /** The first `length` of them count. */
  rows = new Int32Array(64)
  weights = new Float64Array(64)
  length = 0

  add(row: number, weight: number): void {
    if (this.length === this.rows.length) {
      this.rows = grown(this.rows, 2 * this.length)
      this.weights = grown(this.weights, 2 * this.length)
    }
    this.rows[this.length] = row
    this.weights[this.length++] = weight
  }

  clear(): void {
    this.length = 0
  }
}
