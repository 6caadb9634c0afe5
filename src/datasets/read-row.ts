/** In characters. A longer row is no row: a quote was not closed, or the file is something else. */
export const ROW_MAX = 1 << 20

export interface CsvRow {
  readonly cells: string[]
  /** Where the next row begins in the text. */
  readonly end: number
}

/** Why there is no row. */
export interface Fault {
  /** Where in the text it is; of a cell in quotes, where that begins. */
  readonly at: number
  readonly problem: string
}

/** The part of a text to read. At `limit` the file ends, the row gets too long, or the rest is still to come. */
interface Part {
  readonly text: string
  readonly limit: number
  readonly whatIsThere: 'end' | 'too much' | 'more'
  readonly isEscape: boolean
  /** Whether blanks may stand between the end of a cell in quotes and the comma. */
  readonly areBlanksAfter: boolean
}

/** The ways in which a row may be written, the likeliest first. */
const WAYS = [false, true].flatMap(areBlanksAfter => [false, true].map(isEscape => ({ isEscape, areBlanksAfter })))

/**
 * Reads the row that begins at a place in a text, which may have cells in quotes.
 *
 * By RFC 4180 a quote in quotes is doubled and a backslash is a backslash. Python, pandas, Excel, DuckDB and PostgreSQL
 * write so, and so do exports. The guide escapes quotes and backslashes in quotes with a backslash (items-datasets.md).
 * A row that can be read by the RFC is; the guide's escapes count in a row that cannot. In such a row something else
 * than a comma or the line's end follows a quote in quotes, or a quote is never closed. Or it has not as many cells as
 * the header. In such a row a backslash before anything else stays, and so does its doubled quote. So a row of any of
 * these programs is read as it was meant, with any content. A row that neither can read may have blanks after a quote.
 * @param width how many cells the header has; undefined for the header
 * @param isEnd whether the file ends with the text
 * @returns undefined where the row goes on in text that is still to come
 */
export function readRow(
  text: string,
  start: number,
  width: number | undefined,
  isEnd: boolean,
): CsvRow | Fault | undefined {
  const limit = Math.min(text.length, start + ROW_MAX)
  const whatIsThere = limit < text.length ? 'too much' : isEnd ? 'end' : 'more'
  let first: CsvRow | Fault | undefined
  for (const { isEscape, areBlanksAfter } of WAYS) {
    if (isEscape && !hasEscape(text, start, limit)) continue
    const read = readCells({ text, limit, whatIsThere, isEscape, areBlanksAfter }, start)
    if (!read || fits(read, width)) return read
    first ??= read
  }
  if (width !== undefined || !first || isRow(first)) return first
  return { ...first, problem: separatorFault(text, first) ?? first.problem }
}

function hasEscape(text: string, start: number, limit: number): boolean {
  const first = text.indexOf('\\"', start)
  return first >= 0 && first < limit
}

/** Other characters than the comma that programs put between cells. */
export const otherSeparators = [
  [';', 'semicolons'],
  ['\t', 'tabs'],
  ['|', 'vertical bars'],
] as const

/** The problem of a header whose first cell is in quotes, and is followed by something else than a comma. */
function separatorFault(text: string, { at }: Fault): string | undefined {
  const after = /"[^"]*" *(.)/y
  after.lastIndex = at
  const separator = otherSeparators.find(([character]) => character === after.exec(text)?.[1])
  return separator && `cells must be separated by commas, not by ${separator[1]}`
}

/** Whether a row was read; else it is the fault. */
export function isRow(read: CsvRow | Fault): read is CsvRow {
  return 'cells' in read
}

function fits(read: CsvRow | Fault, width: number | undefined): boolean {
  return isRow(read) && (width === undefined || read.cells.length === width)
}

function readCells(part: Part, start: number): CsvRow | Fault | undefined {
  const { text, limit } = part
  const cells: string[] = []
  for (let at = start; ; at++) {
    const opening = skipBlanks(part, at)
    const isQuoted = text[opening] === '"' && opening < limit
    const cell = isQuoted ? readQuoted(part, opening) : readPlain(part, at)
    if (!('end' in cell)) return faultOr(part, cell.at, cell.problem)
    cells.push(cell.value)
    const end = isQuoted && part.areBlanksAfter ? skipBlanks(part, cell.end) : cell.end
    if (text[end] === ',' && end < limit) {
      at = end
      continue
    }
    const next = lineEnd(part, end)
    if (next !== undefined) return { cells, end: next }
    if (isOpen(part, end)) return undefined
    if (end === limit) return { at, problem: TOO_LONG }
    return { at, problem: text[end] === '\r' ? returnFault(text, end) : NOT_CLOSED_WELL }
  }
}

/** A file with a blank after each comma, as the guide prints one, has them before quotes as well. */
function skipBlanks({ text, limit }: Part, start: number): number {
  let at = start
  while (text[at] === ' ' && at < limit) at++
  return at
}

type Cell = { readonly value: string; readonly end: number } | Fault

function readPlain({ text, limit }: Part, start: number): Cell {
  let end = start
  for (; end < limit; end++) {
    const character = text[end]
    if (character === ',' || character === '\n') break
    if (character === '"') return { at: start, problem: QUOTE_INSIDE }
  }
  const hasReturn = text[end] !== ',' && end > start && text[end - 1] === '\r'
  return { value: text.slice(start, hasReturn ? end - 1 : end), end: hasReturn ? end - 1 : end }
}

function readQuoted({ text, limit, whatIsThere, isEscape }: Part, start: number): Cell {
  let value = ''
  let from = start + 1
  for (;;) {
    const quote = isEscape ? indexOfEither(text, from) : text.indexOf('"', from)
    if (quote < 0 || quote >= limit) return { at: start, problem: NOT_CLOSED }
    const next = quote + 1 < limit ? text[quote + 1] : undefined
    if (next === undefined && whatIsThere !== 'end') return { at: start, problem: NOT_CLOSED }
    const isOne = next === '"' || (next === '\\' && text[quote] === '\\')
    if (isOne) value += text.slice(from, quote) + next
    else if (text[quote] === '\\') value += text.slice(from, quote + 1)
    else return { value: value + text.slice(from, quote), end: quote + 1 }
    from = quote + (isOne ? 2 : 1)
  }
}

const quoteOrBackslash = /["\\]/g

function indexOfEither(text: string, from: number): number {
  quoteOrBackslash.lastIndex = from
  return quoteOrBackslash.exec(text)?.index ?? -1
}

/** Where the next line begins, if a line ends here. */
function lineEnd({ text, limit, whatIsThere }: Part, at: number): number | undefined {
  if (at === limit) return whatIsThere === 'end' ? at : undefined
  if (text[at] === '\n') return at + 1
  if (text[at] !== '\r') return undefined
  if (at + 1 === limit) return whatIsThere === 'end' ? limit : undefined
  return text[at + 1] === '\n' ? at + 2 : undefined
}

/** Whether the rest, still to come, says what follows. */
function isOpen({ text, limit, whatIsThere }: Part, at: number): boolean {
  return whatIsThere === 'more' && (at === limit || (text[at] === '\r' && at + 1 === limit))
}

function faultOr({ whatIsThere }: Part, at: number, problem: string): Fault | undefined {
  if (problem !== NOT_CLOSED || whatIsThere === 'end') return { at, problem }
  return whatIsThere === 'more' ? undefined : { at, problem: TOO_LONG }
}

export const TOO_LONG = 'the row is longer than 1 MiB: a quote may not be closed'
/** The fault of a carriage return that no line feed follows, at its place in the text. */
function returnFault(text: string, at: number): string {
  return text.startsWith('\r\r\n', at) ? CR_TWICE : CR_ALONE
}

export const CR_TWICE =
  'lines end in CR CR LF, as a program on Windows writes that makes CRLF of LF twice: ' +
  "save the file with line ends of LF or CRLF; in Python, open it with newline=''"
export const CR_ALONE = 'lines end in a carriage return (CR) alone: save the file with line ends of LF or CRLF'
const NOT_CLOSED = 'the quote that is opened here is not closed'
const WRITE_QUOTE = 'for a quote in it write "" or \\"'
const NOT_CLOSED_WELL = `the quoted cell that begins here must end with its quote; ${WRITE_QUOTE}`
const QUOTE_INSIDE = `a cell with a quote in it must be in quotes, with nothing but blanks before them; ${WRITE_QUOTE}`
