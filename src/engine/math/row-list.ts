/** Rows of a matrix, each with a weight, that are to be added up. It is filled again and again. */
export class RowList {
  /** The first `length` of them count. */
  rows = new Int32Array(64)
  weights = new Float64Array(64)
  length = 0

  add(row: number, weight: number): void {
    if (this.length === this.rows.length) this.#grow()
    this.rows[this.length] = row
    this.weights[this.length++] = weight
  }

  clear(): void {
    this.length = 0
  }

  #grow(): void {
    const { rows, weights } = this
    this.rows = new Int32Array(2 * rows.length)
    this.rows.set(rows)
    this.weights = new Float64Array(2 * weights.length)
    this.weights.set(weights)
  }
}
