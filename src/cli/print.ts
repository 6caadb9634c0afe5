import { toJson } from '../contract/json.ts'

export type TableRow = Readonly<Record<string, unknown>>

/** Prints a value for scripts, as indented JSON. A bigint keeps every digit. */
export function printJson(value: object): void {
  console.log(printable(toJson(value, 2), /[^\P{Cc}\n]/gu))
}

/**
 * Prints a table, with numbers aligned to the right. On a terminal, lines are cut at its edge.
 * @param isWhole whether they are not, since the end of a line may be what matters: a reason, or an ARN to copy
 */
export function printTable(columns: readonly string[], rows: readonly TableRow[], { isWhole = false } = {}): void {
  if (rows.length === 0) {
    console.log('none')
    return
  }
  const used = columns.filter(column => rows.some(row => row[column] != null))
  const cells = rows.map(row => used.map(column => cell(row[column])))
  const widths = used.map((column, i) => Math.max(column.length, ...cells.map(line => line[i]!.length)))
  const right = used.map(column => rows.every(row => ['number', 'undefined'].includes(typeof row[column])))
  for (const line of [used, ...cells]) {
    const padded = line.map((text, i) => (right[i] ? text.padStart(widths[i]!) : text.padEnd(widths[i]!)))
    const text = padded.join('  ').trimEnd()
    console.log(isWhole ? text : cut(text))
  }
}

/** Prints a sentence about a table to standard error, so that standard output has the table alone. */
export function printNote(note: string): void {
  console.error(printable(note, /\p{Cc}/gu))
}

function cell(value: unknown): string {
  if (value == null) return ''
  return printable(typeof value === 'object' ? toJson(value) : String(value), /\p{Cc}/gu)
}

/** Escapes control characters: an id may hold some, and a terminal would obey them. */
function printable(text: string, control: RegExp): string {
  return text.replace(control, character => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`)
}

function cut(line: string): string {
  const { isTTY, columns } = process.stdout
  return isTTY && columns > 0 && line.length > columns ? `${line.slice(0, columns - 1)}…` : line
}
