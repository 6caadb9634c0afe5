import type { DatabaseSync, SQLInputValue } from 'node:sqlite'

/** Rows of one statement: ten at once take a quarter less than one by one, thirty no less than ten. */
const AT_ONCE = 10

interface BulkInsert {
  readonly table: 'records' | 'interactions'
  /** Columns whose values are given row by row. */
  readonly columns: readonly string[]
  /** Columns that are alike in every row: literals, or `?1` for the dataset and `?2` for the generation. */
  readonly constants: Readonly<Record<string, string | number>>
  readonly onConflict: string
}

/**
 * A function that inserts rows of a generation, whose values stand one after the other in a flat array. Only what
 * differs from row to row is bound: with all 14 columns bound, an interaction takes twice as long.
 */
export function bulkInsert(db: DatabaseSync, { table, columns, constants, onConflict }: BulkInsert) {
  const width = columns.length
  const alike = Object.values(constants).join(', ')
  const row = (first: number) => `(${alike}, ${columns.map((_, i) => `?${first + i}`).join(', ')})`
  const prepare = (rows: number) =>
    db.prepare(`
      INSERT INTO ${table} (${[...Object.keys(constants), ...columns].join(', ')})
      VALUES ${Array.from({ length: rows }, (_, i) => row(3 + i * width)).join(', ')}
      ON CONFLICT ${onConflict}`)
  const insertSome = prepare(AT_ONCE)
  const insertOne = prepare(1)
  return (dataset: number, generation: number, values: readonly SQLInputValue[]): void => {
    let at = 0
    for (let end = AT_ONCE * width; end <= values.length; end += AT_ONCE * width) {
      insertSome.run(dataset, generation, ...values.slice(at, end))
      at = end
    }
    for (; at < values.length; at += width) insertOne.run(dataset, generation, ...values.slice(at, at + width))
  }
}
