import type { Field } from './schema.ts'

/**
 * The right value for a cell whose text is not of its column's type, for the end of a message. It is '' if nothing is
 * known of the text.
 * @param omit the advice for a missing value
 */
export function hintFor(
  { name, type }: Field,
  mayBeNull: boolean,
  cell: string,
  omit = 'leave the cell empty',
): string {
  const text = cell.trim()
  if (isNullWord(text)) {
    return mayBeNull ? `; ${omit} for a missing value` : `; every row must have its ${name}`
  }
  return type === 'boolean' ? '' : hintForNumber(text)
}

/** The right number for a text that a program writes in another way, for the end of a message; '' if none is known. */
export function hintForNumber(text: string): string {
  const seconds = secondsOf(text)
  if (seconds !== undefined) return `; a time is in seconds since 1970, such as ${seconds} for this one`
  if (OTHER_DATE.test(text)) return '; a time is in seconds since 1970, such as 1596153600'
  if (GROUPED.test(text)) return '; write a number with a decimal point, and nothing between its thousands'
  if (WITH_UNIT.test(text)) return '; write the number without its unit'
  return ''
}

/**
 * The ways in which pandas, SQL, R, Python, Java and spreadsheets write a missing value: `(null)` is of Oracle's tools,
 * `[NULL]` of DBeaver.
 */
const NULL_WORD = /^(null|\(null\)|\[null\]|nil|none|nan|na|n\/a|<na>|nat|undefined|\\n|-+|\?)$/i

/** The values of formulas that failed, in spreadsheets. */
const FAILED_FORMULA = /^#(N\/A|NULL!|DIV\/0!|VALUE!|REF!|NAME\?|NUM!|SPILL!|CALC!|ERROR!)$/i

/** Whether a cell has a word for a missing value, such as `n/a`. */
export function isNullWord(cell: string): boolean {
  const text = cell.trim()
  return NULL_WORD.test(text) || FAILED_FORMULA.test(text)
}

/**
 * Those that are hardly anything else in a column of texts: `none` and `unknown` may be categories. JavaScript writes
 * `[object Object]` for an object that it should have taken a member of.
 */
const WORD_FOR_NOTHING =
  /^(null|Null|NULL|\(null\)|\[NULL\]|\\N|nan|NaN|NAN|n\/a|N\/A|NA|None|undefined|<NA>|NaT|\[object Object\]|-+|\?+)$/
const WORD_LENGTH_MAX = 15
/** The first letters of these words. Nearly every cell is told by its own. */
const WORD_BEGINNINGS = 'nN\\#u<[(-?'

/** Whether a text is a word for no value, such as `NULL` of SQL and `\N` of MySQL, Hive and PostgreSQL's COPY. */
export function isWordForNothing(text: string): boolean {
  if (text.length > WORD_LENGTH_MAX || !WORD_BEGINNINGS.includes(text[0]!)) return false
  return WORD_FOR_NOTHING.test(text) || FAILED_FORMULA.test(text)
}

/**
 * Whether an id is a number as programs write it that were not told that it is a text: `17.0` of pandas, where the
 * column has a missing value, `17.00` of SQL, `1.2345678E7` of Java and Spark, and `1.23457E+11` of spreadsheets, which
 * lose digits.
 */
export function isNumberOfProgram(id: string): boolean {
  return (id.includes('.') || id.includes('+')) && /^\d+(?:\.0+|(?:[.,]\d+)?E\+\d+|\.\d+E\d+)$/i.test(id)
}

/** Whether an id has the mark by which a spreadsheet keeps a number's zeros as a text: `="0017"`, or `'0017`. */
export function isMarkedForSpreadsheet(id: string): boolean {
  return (id[0] === '=' && /^="[^"]*"$/.test(id)) || (id[0] === "'" && /^'\d+$/.test(id))
}

/**
 * Whether a text is a list as Python, JSON and PostgreSQL write it, such as `['a', 'b']`, `('a', 'b')` or `{a,b}`.
 * `[new]` and `(new, old)` may be categories, and `{"a":1,"b":2}` is an object.
 */
export function isListText(text: string): boolean {
  if (text[0] === '[' && text.endsWith(']')) return /[,'"]/.test(text)
  if (text[0] === '(') return /^\((['"]).*\1,?\)$/.test(text)
  return text[0] === '{' && text.endsWith('}') && /[,'"]/.test(text) && !text.includes(':')
}

/** Dates in the order of some country, or in words. */
const OTHER_DATE = /^\d{1,4}([./-])\d{1,2}\1\d{1,4}\b|\b(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\b/i

/** A number with a unit, such as `$5`, `5 EUR` and `5%`. */
const WITH_UNIT = /^[^\d\s.,+-]{1,4} ?-?\d[\d.,]*$|^[+-]?\d[\d.,]* ?[^\d\s.,]{1,4}$/

/** `1,5` and `1.234,56`, but also `1,234.56`. French has narrow spaces that do not break between thousands. */
const GROUPED = /^[+-]?\d[\d.,'’\s]*[,'’\s]\d+(\.\d+)?$/

const DATE = /^(\d{4})-(\d{2})-(\d{2})(?:[T ](\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?) ?(Z|UTC|[+-]\d{2}:?\d{2})?)?$/i

/** Of a date as ISO 8601 and databases write it, the seconds since 1970; without a time zone it is taken as UTC. */
function secondsOf(text: string): number | undefined {
  const [, year, month, day, time = '00:00', zone = 'Z'] = DATE.exec(text) ?? []
  const ms = Date.parse(`${year}-${month}-${day}T${time}${zone.toUpperCase().replace('UTC', 'Z')}`)
  return Number.isNaN(ms) ? undefined : Math.floor(ms / 1000)
}
