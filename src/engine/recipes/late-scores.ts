import { Scores } from '../math/scores.ts'
import type { SparseRows } from '../math/sparse.ts'

/** The scores of items, also of those that came after the training: their numbers are beyond those of the others. */
export class LateScores {
  readonly #scores: Scores
  readonly #late = new Map<number, number>()

  constructor(trained: number) {
    this.#scores = new Scores(trained)
  }

  clear(): void {
    this.#scores.clear()
    this.#late.clear()
  }

  add(item: number, score: number): void {
    if (item < this.#scores.values.length) this.#scores.add(item, score)
    else this.#late.set(item, (this.#late.get(item) ?? 0) + score)
  }

  /** Adds weight · row of a matrix; nothing where it has no such row. */
  addRow(rows: SparseRows, row: number, weight: number): void {
    if (row >= 0 && row < rows.offsets.length - 1) this.#scores.addRow(rows, row, weight)
  }

  of(item: number): number {
    return this.#scores.values[item] ?? this.#late.get(item) ?? 0
  }

  /** The items that have a score. */
  items(): Int32Array {
    const items = this.#scores.items()
    return this.#late.size === 0 ? items : Int32Array.from([...items, ...this.#late.keys()])
  }

  /** The greatest score, 0 where none is above. */
  greatest(): number {
    let most = this.#scores.greatest()
    for (const score of this.#late.values()) most = Math.max(most, score)
    return most
  }
}
