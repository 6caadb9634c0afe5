import { InvalidInputException } from '../contract/errors.ts'
import type { ImportedInteraction } from '../store/rows.ts'
import { hintFor, isListText, isMarkedForSpreadsheet, isNumberOfProgram, isWordForNothing } from './cell-hints.ts'
import { checkActionEventType, commonFields, compileSplit, toMilliseconds } from './interaction.ts'
import type { MissingCells, MissingInColumn, OddText } from './missing-values.ts'
import { foldName } from './names.ts'
import { otherSeparators } from './read-row.ts'
import { mayBeNull } from './requirements.ts'
import { type Field, idFields, type Schema, valueFields } from './schema.ts'
import { isList, parseValue, quote, UnreadableValue, type Value } from './values.ts'

/** Reads a row of cells, and its line. @throws InvalidInputException naming the column, not the line */
type ReadCells<Row> = (row: readonly string[], line?: number) => Row

/** A user, item or action. */
export interface ImportedRecord {
  readonly id: string
  readonly values: readonly Value[]
}

/**
 * The rules of a CSV file of users, items or actions with this header. Columns match fields by their letters and digits
 * and may be in any order; one for a field with a null type may be absent.
 *
 * A column that is no field is ignored, as the service does: pandas writes its index as one (`isPandasIndex`). Any
 * other is noted in `missing`, and refused where a field has no column: a nullable field's misspelt column would be
 * lost.
 *
 * A column of metadata, or of a reserved keyword that may be null, may have missing values. A cell that is empty, or
 * whose text is not of the column's type, is one: the row is kept, and `missing` counts it. Without `missing` such a
 * cell is refused as a Put call's value is.
 * @throws InvalidInputException for the header, in the service's words if columns are missing (error-messages.md). The
 *   function throws it for a row, naming the column but not the line
 */
export function compileCsvRecords(
  schema: Schema,
  header: readonly string[],
  missing?: MissingCells,
): ReadCells<ImportedRecord> {
  const id = schema.fields.find(({ name }) => name === idFields[schema.datasetType])!
  const read = compileCells([id, ...valueFields(schema)], schema, header, missing)
  return (row, line) => {
    const values = read(row, line)
    if (missing) missing.rows++
    return { id: values[0] as string, values: values.slice(1) }
  }
}

/** The rules of a CSV file of interactions or action interactions, as `compileCsvRecords`; TIMESTAMP is in seconds. */
export function compileCsvInteractions(
  schema: Schema,
  header: readonly string[],
  missing?: MissingCells,
): ReadCells<ImportedInteraction> {
  const common = commonFields.flatMap(name => schema.fields.find(field => field.name === name) ?? [])
  const others = schema.fields.filter(field => !common.includes(field))
  const readCommon = compileCells(common, schema, header, missing)
  const readOthers = compileCells(others, schema, header, missing)
  const split = compileSplit(schema, others)
  const once = keepOnce()
  const checkType = schema.datasetType === 'ACTION_INTERACTIONS' ? checkActionEventType : () => {}
  return (row, line) => {
    const [userId, timestamp, eventType = ''] = readCommon(row, line) as readonly [string, number | bigint, string?]
    const timestampMs = toMilliseconds('TIMESTAMP', timestamp)
    checkType('EVENT_TYPE', eventType)
    // Each by its name: spreading the result of `split` takes longer than splitting.
    const { itemId, eventValue, details } = split(readOthers(row, line))
    if (missing) missing.rows++
    return { userId, itemId, timestampMs, eventType: once(eventType), eventValue, details: once(details) }
  }
}

const REMEMBERED = 1000
const [encoder, decoder] = [new TextEncoder(), new TextDecoder('utf-8', { ignoreBOM: true })]

/**
 * Returns for each of the first thousand texts always the same string: a million times `View` take the room of one. It
 * is a copy: a cell may be a slice that keeps all of the text around it in memory.
 */
function keepOnce(): (text: string) => string {
  const known = new Map<string, string>()
  return text => {
    const same = known.get(text)
    if (same !== undefined || known.size === REMEMBERED) return same ?? text
    const copy = decoder.decode(encoder.encode(text))
    known.set(copy, copy)
    return copy
  }
}

/** Reads the cells of `fields`, each from the column of its name; an absent column reads as empty. */
function compileCells(
  fields: readonly Field[],
  schema: Schema,
  header: readonly string[],
  missing?: MissingCells,
): ReadCells<readonly Value[]> {
  const columns = columnsOf(schema, header, missing)
  const places = fields.map(({ name }) => columns.get(foldName(name)) ?? header.length)
  const readers = fields.map(field => readerOf(field, schema, missing))
  return (row, line = 0) => {
    if (row.length !== header.length) throw wrongWidth(row, header)
    const values: Value[] = []
    for (let i = 0; i < readers.length; i++) {
      const reader = readers[i]!
      const cell = row[places[i]!] ?? ''
      try {
        const value = parseValue(reader.field, cell)
        if (value === null) reader.cells?.empty(line)
        else if (reader.cells && typeof value === 'string') {
          const odd = oddTextOf(reader, value)
          if (odd) reader.cells.odd(odd, line, value)
        }
        values.push(value)
      } catch (error) {
        if (row.every(cell => cell.trim() === '')) throw new InvalidInputException(EMPTY_ROW)
        values.push(unreadable(reader, cell, line, error))
      }
    }
    return values
  }
}

const EMPTY_ROW = 'the row has no values, as spreadsheets write rows that were emptied: remove it'

function wrongWidth(row: readonly string[], header: readonly string[]): InvalidInputException {
  const width = `must have ${header.length} cells like the header, got ${row.length}`
  return new InvalidInputException(`${width}${reasonOfWidth(row, header)}`)
}

/**
 * The probable reason for another number of cells. A row of one cell is shown: a program's last line, such as
 * `(17 rows)`, or the zeros of a file that was cut off.
 */
function reasonOfWidth(row: readonly string[], header: readonly string[]): string {
  const more = row.length - header.length
  if (more === 1 && row.at(-1)!.trim() === '') return '; it ends in a comma, and the header does not'
  if (more === -1 && header.at(-1)!.trim() === '') return '; the header ends in a comma, and it does not'
  if (more > 0) return '; a cell with a comma in it must be in quotes'
  return row.length === 1 ? `: ${quote(row[0]!)}` : ''
}

/** How the cells of a column are read. */
interface CellReader {
  /** With a null type where a cell may be missing. */
  readonly field: Field
  readonly mayBeNull: boolean
  /** Whether it says which user, item or action the row is about. */
  readonly isId: boolean
  /** Where its missing cells and odd texts are counted; undefined where missing cells are refused. */
  readonly cells: MissingInColumn | undefined
}

function readerOf(field: Field, { datasetType, domain }: Schema, missing?: MissingCells): CellReader {
  const isOptional = mayBeNull(datasetType, domain, field.name)
  const nullable = field.nullable || (isOptional && missing !== undefined)
  const isId = ID_FIELDS.has(field.name)
  return { field: { ...field, nullable }, mayBeNull: isOptional, isId, cells: missing?.column(field) }
}

const ID_FIELDS: ReadonlySet<string> = new Set(Object.values(idFields))

function oddTextOf({ field, isId, mayBeNull }: CellReader, text: string): OddText | undefined {
  if (isId) return oddIdOf(text)
  if (isWordForNothing(text)) return mayBeNull ? 'word' : 'requiredWord'
  if (!isList(field)) return undefined
  if (isListText(text)) return 'list'
  return field.name === 'IMPRESSION' && !text.includes('|') && /[,;]/.test(text) ? 'oneItem' : undefined
}

/** How an id is odd, if it is: a word for no value, a number as programs write it, or one marked as a text. */
export function oddIdOf(id: string): OddText | undefined {
  if (isWordForNothing(id)) return 'requiredWord'
  if (isMarkedForSpreadsheet(id)) return 'marked'
  return isNumberOfProgram(id) ? 'number' : undefined
}

/**
 * Null for a cell whose text is not of its column's type, where it may be missing. @throws InvalidInputException else
 */
function unreadable({ field, mayBeNull, cells }: CellReader, cell: string, line: number, error: unknown): null {
  if (!(error instanceof UnreadableValue)) throw error
  const problem = error.message + hintFor(field, mayBeNull, cell)
  if (!cells || !mayBeNull) throw new UnreadableValue(problem)
  cells.unreadable(line, cell, problem)
  return null
}

const PANDAS_INDEX = /^(?:Unnamed: \d+(?:\.\d+)?|__index_level_\d+__)?$/

/**
 * Whether a column has a name under which pandas writes its index: none in CSV. Where it read such a file before it is
 * `Unnamed: 0`, and after the next time `Unnamed: 0.1`. In Parquet it is `__index_level_0__`, which pandas writes as
 * soon as rows were filtered or sorted.
 */
export function isPandasIndex(column: string): boolean {
  return PANDAS_INDEX.test(column.trim())
}

function columnsOf({ fields }: Schema, header: readonly string[], missing?: MissingCells): ReadonlyMap<string, number> {
  const known = new Set(fields.map(({ name }) => foldName(name)))
  const columns = new Map<string, number>()
  for (const [i, column] of header.entries()) {
    const name = foldName(column)
    if (!known.has(name)) continue
    checkColumn(column)
    if (columns.has(name)) throw new InvalidInputException(`the column ${quote(column)} is there twice`)
    columns.set(name, i)
  }
  const lacking = fields.filter(({ name, nullable }) => !nullable && !columns.has(foldName(name)))
  if (lacking.length > 0)
    throw new InvalidInputException(
      `Input CSV is missing the following columns:[${lacking.map(({ name }) => name).join(', ')}]. ` +
        describeHeader(header, columns.size, fields),
    )
  const absent = fields.find(({ name }) => !columns.has(foldName(name)))
  const strays = header.filter(column => !isPandasIndex(column) && !known.has(foldName(column)))
  if (absent && strays.length > 0)
    throw new InvalidInputException(
      `the column ${quote(strays[0]!)} is not a field of the schema, and ${absent.name} has no column: rename or remove it`,
    )
  for (const stray of strays) missing?.leaveOut(stray)
  return columns
}

/**
 * Refuses the name of a column that is a field but for the mark of another separator, such as `USER_ID;`: each of its
 * cells would end in the mark. @throws InvalidInputException
 */
export function checkColumn(column: string): void {
  const separator = otherSeparators.find(([character]) => column.trim().includes(character))
  if (!separator) return
  throw new InvalidInputException(
    `the column ${quote(column)} has ${separator[1]} in its name: cells must be separated by commas alone`,
  )
}

const HEADER_SHOWN = 120

/**
 * The columns found in the place of a header, and their possible fault. @param known how many of its columns are fields
 */
function describeHeader(header: readonly string[], known: number, fields: readonly Field[]): string {
  const text = header.join(',')
  const found = `The header is ${JSON.stringify(text.length > HEADER_SHOWN ? `${text.slice(0, HEADER_SHOWN)}…` : text)}`
  if (/^sep=/i.test(text))
    return `${found}, which tells Excel how cells are separated: remove this line, and separate cells by commas`
  if (text.startsWith('version https://git-lfs'))
    return `${found}: the file is a pointer of Git LFS, and not the file itself, which git lfs pull fetches`
  const separator = header.length === 1 && otherSeparators.find(([character]) => text.includes(character))
  if (separator) return `${found}: cells must be separated by commas, not by ${separator[1]}`
  if (known > 0) return found
  return `${found}: the first line must name the columns, such as ${fields.map(({ name }) => name).join(',')}`
}
