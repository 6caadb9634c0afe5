import type { SchemaTree } from 'hyparquet'
import { foldName } from '../../datasets/names.ts'
import { quote } from '../../datasets/values.ts'
import { JobFailure } from '../failure.ts'
import type { TableOptions } from '../tables/table.ts'
import { cellsOf, type ParquetValue, prepare, typeOf } from './cells.ts'
import type { Levels } from './check-runs.ts'

/** A column of a Parquet file that is a field. */
export interface ParquetColumn {
  readonly name: string
  /** Its place among all columns of the file. */
  readonly place: number
  /** It can only be decoded as a whole, for each group of rows. */
  readonly isList: boolean
  readonly levels: Levels
  toCell(value: unknown): string
}

/**
 * The columns of a file that are fields, by their names as `compileCsvRecords` matches them. Others may be of any type.
 * Changes the schema, so that the library reads values as `toCell` needs them.
 * @throws JobFailure naming the column that has no text
 */
export function columnsOf(uri: string, { children }: SchemaTree, fields: TableOptions['fields']): ParquetColumn[] {
  const wanted = fields && new Map(fields.map(field => [foldName(field.name), field]))
  return children.flatMap((child, place) => {
    const { name } = child.element
    const field = wanted?.get(foldName(name))
    const reader = wanted && !field ? undefined : readerOf(child, field?.type === 'string')
    if (typeof reader !== 'string') return reader ? [{ name, place, ...reader }] : []
    if (field) throw new JobFailure(`${uri}: the column ${quote(name)} ${reader}`)
    return []
  })
}

/** Reads a column; a text is why it cannot. */
function readerOf(child: SchemaTree, isString: boolean): Omit<ParquetColumn, 'name' | 'place'> | string {
  const path = pathTo(child)
  const leaf = path?.at(-1)
  if (!path || !leaf) return `is nested (${typeOf(child.element)}): ${NESTED_REMEDY}`
  const toCell = cellsOf(leaf.element, isString)
  if (!toCell) return `has the type ${typeOf(leaf.element)}: write it as a string or a number`
  prepare(leaf.element)
  const levels = {
    repetition: path.filter(({ element }) => element.repetition_type === 'REPEATED').length,
    definition: path.filter(({ element }) => element.repetition_type !== 'REQUIRED').length,
  }
  const isList = levels.repetition > 0
  return { isList, levels, toCell: isList ? listOf(toCell) : (toCell as ParquetColumn['toCell']) }
}

const NESTED_REMEDY = 'write a column for each of its values, or a list of strings or numbers'

/** The values of a list are categories, and null is none. */
function listOf(toCell: (value: ParquetValue) => string): ParquetColumn['toCell'] {
  return value => (Array.isArray(value) ? value.map(toCell).join('|') : toCell(value as ParquetValue))
}

/** The way to the values of a flat column, or of a list as old and new writers have it; undefined of another. */
function pathTo(child: SchemaTree): readonly SchemaTree[] | undefined {
  if (child.children.length === 0) return [child]
  const [repeated, ...more] = child.children
  if (typeOf(child.element) !== 'LIST' || more.length > 0 || repeated!.element.repetition_type !== 'REPEATED') return
  if (repeated!.children.length === 0) return [child, repeated!]
  const [values] = repeated!.children
  const isPlain = repeated!.children.length === 1 && values!.children.length === 0
  return isPlain && values!.element.repetition_type !== 'REPEATED' ? [child, repeated!, values!] : undefined
}
