import { decodeValues } from '../datasets/encoding.ts'
import { type Schema, valueFields } from '../datasets/schema.ts'
import type { FoundRecord } from '../store/rows.ts'
import { hasBlanks } from './column.ts'
import { Columns } from './columns.ts'
import { NamelessRows } from './nameless.ts'
import type { DatasetReport } from './report.ts'

export const EXAMPLES = 3

type RecordsReport = Pick<
  DatasetReport,
  'rows' | 'incomplete' | 'columns' | 'idsWithBlanks' | 'idsForNothing' | 'withoutInteractions'
>

/** Summarizes users, items or actions. */
export class RecordSummary {
  readonly #schema: Schema
  readonly #columns: Columns
  readonly #nameless = new NamelessRows()
  #rows = 0
  #idsWithBlanks = 0
  #asked = 0
  #without = 0
  readonly #examples: string[] = []

  /** @param now in milliseconds since 1970 */
  constructor(schema: Schema, now: number) {
    this.#schema = schema
    this.#columns = new Columns(valueFields(schema), now)
  }

  /** @param hasInteractions undefined if it is not known */
  add({ id, fields }: FoundRecord, hasInteractions?: boolean): void {
    this.#rows++
    if (hasBlanks(id)) this.#idsWithBlanks++
    this.#nameless.add(id)
    this.#columns.add(decodeValues(this.#schema, fields))
    if (hasInteractions === undefined) return
    this.#asked++
    if (hasInteractions) return
    this.#without++
    if (this.#examples.length < EXAMPLES) this.#examples.push(id)
  }

  report(): RecordsReport {
    const isEstimate = this.#asked < this.#rows
    const without = isEstimate ? Math.round((this.#without / this.#asked) * this.#rows) : this.#without
    return {
      rows: this.#rows,
      ...this.#columns.report(),
      idsWithBlanks: { count: this.#idsWithBlanks, isEstimate: false },
      idsForNothing: this.#nameless.report(),
      withoutInteractions:
        this.#asked === 0 ? undefined : { count: without, isEstimate, of: this.#rows, examples: this.#examples },
    }
  }
}
