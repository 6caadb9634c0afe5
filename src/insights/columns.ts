import type { Field } from '../datasets/schema.ts'
import type { Value } from '../datasets/values.ts'
import { ColumnSummary, isSeldom } from './column.ts'
import type { ColumnReport } from './report.ts'

/** Summarizes the columns of a dataset, and counts its incomplete rows. */
export class Columns {
  readonly #columns: readonly ColumnSummary[]
  readonly #areSeldom: readonly boolean[]
  #incomplete = 0

  constructor(fields: readonly Field[], now: number) {
    this.#columns = fields.map(field => new ColumnSummary(field, now))
    this.#areSeldom = fields.map(({ name }) => isSeldom(name))
  }

  /** @param values in the order of the fields */
  add(values: readonly Value[]): void {
    let isWhole = true
    for (let i = 0; i < this.#columns.length; i++) {
      if (!this.#columns[i]!.add(values[i] ?? null) && !this.#areSeldom[i]) isWhole = false
    }
    if (!isWhole) this.#incomplete++
  }

  report(): { readonly incomplete: number; readonly columns: readonly ColumnReport[] } {
    return { incomplete: this.#incomplete, columns: this.#columns.map(column => column.report()) }
  }
}
