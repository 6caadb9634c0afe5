import { readRow } from '../../../../src/datasets/read-row.ts'
import { RowSplitter } from '../../../../src/datasets/split-rows.ts'

/** The first rows of a CSV file. */
export interface Sample {
  readonly header: readonly string[]
  readonly rows: readonly (readonly string[])[]
  /** The line of the file on which each row begins. */
  readonly lines: readonly number[]
  /** Whether these are all rows of the file. */
  readonly isAll: boolean
}

const BYTE_ORDER_MARK = '\ufeff'

/**
 * Reads the beginning of a CSV file as the server does.
 * @param isAll whether the text is the whole file
 * @throws Error where it is no CSV, or is empty
 */
export function sampleOf(text: string, isAll: boolean): Sample {
  const splitter = new RowSplitter()
  const whole = withoutMark(text)
  const first = splitter.add(whole)
  const last = isAll && !first.fault ? splitter.end() : { rows: [], lines: [] }
  const fault = first.fault ?? last.fault
  const [header, ...rows] = [...first.rows, ...last.rows]
  const [, ...lines] = [...first.lines, ...last.lines]
  if (fault && rows.length === 0) throw new Error(`Line ${fault.line}: ${fault.problem}`)
  if (!header) throw new Error('The file is empty: it must begin with the names of the columns')
  return { header, rows, lines, isAll: isAll && !fault }
}

/** The text of a file without its first row, and that row without its line end; undefined where the row is not whole. */
export function splitHeader(text: string): { readonly before: string; readonly after: string } | undefined {
  const begins = /^\ufeff?[\r\n]*/.exec(text)![0].length
  const row = readRow(text, begins, undefined, false)
  if (!row || !('cells' in row)) return undefined
  return { before: text.slice(0, row.end), after: text.slice(row.end) }
}

/** Writes a row of CSV, with its line end. */
export function csvLine(cells: readonly string[]): string {
  return `${cells.map(cell => (/[",\r\n]|^ | $/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell)).join(',')}\n`
}

function withoutMark(text: string): string {
  return text.startsWith(BYTE_ORDER_MARK) ? text.slice(1) : text
}
