import { ServiceException } from '../../../../src/contract/errors.ts'
import { hintFor } from '../../../../src/datasets/cell-hints.ts'
import { compileCsvInteractions, compileCsvRecords } from '../../../../src/datasets/csv.ts'
import { checkActionEventType, toMilliseconds } from '../../../../src/datasets/interaction.ts'
import { foldName } from '../../../../src/datasets/names.ts'
import { mayBeNull } from '../../../../src/datasets/requirements.ts'
import type { Field, Schema } from '../../../../src/datasets/schema.ts'
import { parseValue, UnreadableValue, type Value } from '../../../../src/datasets/values.ts'
import type { Sample } from './sample.ts'

/** A cell as it will be stored. */
export interface CheckedCell {
  readonly value: Value
  /**
   * `refused`: the import fails. `missing`: the cell is taken as a missing value. Its text is not of the column's type,
   * or it is empty and the schema has no null for it.
   */
  readonly mark?: 'refused' | 'missing'
  readonly problem?: string
}

/** A row as it will be stored. */
export interface CheckedRow {
  readonly line: number
  /** In the order of the schema's fields. */
  readonly cells: readonly CheckedCell[]
  /** The fault of the row as a whole. */
  readonly problem?: string
}

/** The result that an import of the rows would have. */
export interface Checked {
  /** Why no row can be imported. */
  readonly fault?: string
  readonly rows: readonly CheckedRow[]
  /** How many rows have a cell that is refused, and how many one that is taken as missing. */
  readonly refused: number
  readonly missing: number
}

/** Reads the rows of a file as an import does, by the server's own rules. */
export function checkRows(schema: Schema, header: readonly string[], { rows, lines }: Sample): Checked {
  const fault = headerFault(schema, header)
  if (fault !== undefined) return { fault, rows: [], refused: 0, missing: 0 }
  const places = schema.fields.map(({ name }) => header.findIndex(column => foldName(column) === foldName(name)))
  const readers = schema.fields.map(field => readerOf(field, schema))
  const checked = rows.map((row, at): CheckedRow => {
    const line = lines[at]!
    if (row.length !== header.length) {
      const problem = `must have ${header.length} cells like the header, got ${row.length}`
      return { line, cells: schema.fields.map(() => ({ value: null })), problem }
    }
    return { line, cells: readers.map((read, i) => read(row[places[i]!] ?? '')) }
  })
  const count = (mark: CheckedCell['mark']) => checked.filter(row => row.cells.some(cell => cell.mark === mark)).length
  const broken = checked.filter(({ problem }) => problem !== undefined).length
  return { rows: checked, refused: count('refused') + broken, missing: count('missing') }
}

function headerFault(schema: Schema, header: readonly string[]): string | undefined {
  const isOfEvents = schema.datasetType === 'INTERACTIONS' || schema.datasetType === 'ACTION_INTERACTIONS'
  return faultOf(() => (isOfEvents ? compileCsvInteractions : compileCsvRecords)(schema, header))
}

function readerOf(field: Field, { datasetType, domain }: Schema): (cell: string) => CheckedCell {
  const isOptional = mayBeNull(datasetType, domain, field.name)
  const lenient = { ...field, nullable: field.nullable || isOptional }
  const check = moreRules(field.name, datasetType)
  return cell => {
    try {
      const value = parseValue(lenient, cell)
      check(value)
      if (value !== null || field.nullable) return { value }
      return { value, mark: 'missing', problem: 'It is empty, and the schema has no null for it: a missing value' }
    } catch (error) {
      if (!(error instanceof ServiceException)) throw error
      const isUnreadable = error instanceof UnreadableValue
      const problem = error.message + (isUnreadable ? hintFor(field, isOptional, cell) : '')
      return { value: null, mark: isUnreadable && isOptional ? 'missing' : 'refused', problem }
    }
  }
}

/** The rules for the time and the type of an interaction, beyond those for every value. */
function moreRules(name: string, datasetType: Schema['datasetType']): (value: Value) => void {
  if (datasetType !== 'INTERACTIONS' && datasetType !== 'ACTION_INTERACTIONS') return () => {}
  if (name === 'TIMESTAMP') return value => void toMilliseconds(name, value as number | bigint)
  if (name === 'EVENT_TYPE' && datasetType === 'ACTION_INTERACTIONS')
    return value => void checkActionEventType(name, value as string)
  return () => {}
}

function faultOf(run: () => unknown): string | undefined {
  try {
    run()
    return undefined
  } catch (error) {
    if (error instanceof ServiceException) return error.message
    throw error
  }
}
