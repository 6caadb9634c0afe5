import { InvalidInputException } from '../../contract/errors.ts'
import { isPandasIndex } from '../../datasets/csv.ts'
import { foldName } from '../../datasets/names.ts'
import { placeOf, type RowSource } from '../../datasets/row-place.ts'
import { quote } from '../../datasets/values.ts'
import { JobFailure } from '../failure.ts'
import { MISTAKES_MAX, Mistakes } from './mistakes.ts'
import { openTable } from './open-table.ts'
import type { TableFile, TableOptions, TableRows } from './table.ts'

/** Reads a row of cells. @param number of its line or row @throws InvalidInputException naming the column */
type ReadRow<Row> = (cells: readonly string[], number: number) => Row

/** Returns the reader of a file's rows for its header. @throws InvalidInputException */
export type CompileHeader<Row> = (header: readonly string[], source: RowSource) => ReadRow<Row>

/**
 * Reads files with the same columns, in chunks of rows. After the first bad row no more rows are given, but all are
 * read, so that the failure tells of each kind of mistake.
 * @param compile checks the header of each file
 * @throws JobFailure naming the file, the line or row, the column and the fault
 */
export async function* readTables<Row>(
  files: readonly TableFile[],
  compile: CompileHeader<Row>,
  options: TableOptions,
): AsyncGenerator<readonly Row[]> {
  const mistakes = new Mistakes()
  const compileHeader = sameColumns(compile)
  for (const file of files) {
    let read: ReadRow<Row> | undefined
    try {
      const { unit, chunks } = await openTable(file, options)
      const source = { uri: file.uri, unit }
      for await (const { rows, numbers } of chunks) {
        read ??= readHeader(source, numbers.shift()!, rows.shift()!, compileHeader)
        const made = readRows(source, { rows, numbers }, read, mistakes)
        if (mistakes.rows === 0) yield made
        if (mistakes.rows >= MISTAKES_MAX) throw new JobFailure('the rows after these were not read')
      }
      if (!read) (options.onEmpty ?? failOnEmpty)(file.uri)
    } catch (error) {
      if (!(error instanceof JobFailure) || mistakes.rows === 0) throw error
      throw mistakes.toFailure(error.message)
    }
  }
  if (mistakes.rows > 0) throw mistakes.toFailure()
}

/** @throws JobFailure for a file without a line or a column, by its name in failures */
export function failOnEmpty(uri: string): never {
  throw new JobFailure(`${uri} is empty: it must begin with the names of the columns`)
}

/** Quotes that are no part of CSV. The ids of such a file would begin and end with them. */
const OTHER_QUOTES = /^['‘’“”].*['‘’“”]$/

function readHeader<Row>(source: RowSource, number: number, header: readonly string[], compile: CompileHeader<Row>) {
  try {
    if (header.every(name => OTHER_QUOTES.test(name.trim())))
      throw new InvalidInputException(
        `the column ${quote(header[0]!)} must be in double quotes, or in none, as all cells`,
      )
    return refusingHeaders(header, compile(header, source))
  } catch (error) {
    if (!(error instanceof InvalidInputException)) throw error
    throw new JobFailure(`${placeOf(source, number)}: ${error.message}`)
  }
}

function readRows<Row>(source: RowSource, { rows, numbers }: TableRows, read: ReadRow<Row>, mistakes: Mistakes): Row[] {
  const made: Row[] = []
  for (let i = 0; i < rows.length; ) {
    try {
      for (; i < rows.length; i++) made.push(read(rows[i]!, numbers[i]!))
    } catch (error) {
      if (!(error instanceof InvalidInputException)) throw error
      mistakes.add(source, numbers[i]!, error.message)
      i++
    }
  }
  return made
}

/**
 * The names of columns in a header, by their letters and digits. The index of pandas is no column: of the partitions of
 * a table it writes the index of those alone that were filtered or sorted.
 */
export function columnsIn(header: readonly string[]): ReadonlyMap<string, string> {
  const columns = header.filter(name => foldName(name) !== '' && !isPandasIndex(name))
  return new Map(columns.map(name => [foldName(name), name]))
}

/** The guide's rule for a folder: all files have the same column headers; they may be in another order. */
function sameColumns<Row>(compile: CompileHeader<Row>): CompileHeader<Row> {
  let first: { readonly uri: string; readonly names: ReadonlyMap<string, string> } | undefined
  return (header, source) => {
    const read = compile(header, source)
    const names = columnsIn(header)
    first ??= { uri: source.uri, names }
    const without = (some: ReadonlyMap<string, string>, others: ReadonlyMap<string, string>) =>
      [...some].flatMap(([key, name]) => (others.has(key) ? [] : [name])).join(', ')
    const [missing, more] = [without(first.names, names), without(names, first.names)]
    if (missing === '' && more === '') return read
    const problems = [missing && `without ${missing}`, more && `with ${more}`].filter(problem => problem !== '')
    throw new InvalidInputException(
      `the header is ${problems.join(' and ')}, other than that of ${first.uri}: all files must have the same columns`,
    )
  }
}

/** Refuses a row that is a header again, as where files were joined: the id would be `USER_ID`. */
function refusingHeaders<Row>(header: readonly string[], read: ReadRow<Row>): ReadRow<Row> {
  const names = new Set(header.map(foldName))
  const spellings = new Set(header.flatMap(spellingsOf))
  // Nearly every cell is told by its length and first letter from all names; looking each up would take a fifth longer.
  const beginnings = new Uint8Array(1 << 16)
  for (const spelling of spellings) beginnings[beginningOf(spelling)] = 1
  const isHeader = (cells: readonly string[]) =>
    spellings.has(cells[0]!) &&
    cells.length === header.length &&
    new Set(cells.map(foldName)).symmetricDifference(names).size === 0
  return (cells, number) => {
    if (beginnings[beginningOf(cells[0]!)] === 1 && isHeader(cells))
      throw new InvalidInputException('the row repeats the header, as where files were joined: remove it')
    return read(cells, number)
  }
}

/** A number of 16 bits for the length and the first character. */
function beginningOf(text: string): number {
  return text === '' ? 0 : ((text.charCodeAt(0) & 0xff) << 8) + (text.length & 0xff)
}

function spellingsOf(name: string): readonly string[] {
  const text = name.replace('\ufeff', '').trim()
  const cases = [name, text, text.toLowerCase(), text.toUpperCase()]
  return cases.flatMap(each => [each, `\ufeff${each}`, ` ${each}`])
}
