/** This many characters, with 97 told apart, and the row's place make a number that a double holds exactly. */
const CHARACTERS = 5
const PLACES = 2 ** 20

/**
 * The rows in the order of a text of each, those alike in the order given. Half the time of `Array.sort` or less. The
 * characters after the beginning that all texts share make a number, and numbers in typed arrays are sorted natively.
 * Only if numbers are the same are texts compared.
 * @param rows 2^20 at most
 */
export function sortByText<Row>(rows: readonly Row[], textOf: (row: Row) => string): Row[] {
  const keys = keysOf(rows.map(textOf)).sort()
  const sorted = new Array<Row>(rows.length)
  for (let i = 0; i < keys.length; i++) sorted[i] = rows[keys[i]! % PLACES]!
  for (let from = 0, to = 1; from < keys.length; from = to++) {
    const alike = Math.floor(keys[from]! / PLACES)
    while (to < keys.length && Math.floor(keys[to]! / PLACES) === alike) to++
    if (to - from > 1) sortPart(sorted, from, to, textOf)
  }
  return sorted
}

/** Of each text the number of the characters after the shared beginning; below it, its place. */
function keysOf(texts: readonly string[]): Float64Array {
  let shared = texts[0] ?? ''
  for (const text of texts) while (!text.startsWith(shared)) shared = shared.slice(0, -1)
  const keys = new Float64Array(texts.length)
  for (let i = 0; i < texts.length; i++) keys[i] = numberOf(texts[i]!, shared.length) * PLACES + i
  return keys
}

/**
 * Characters from blank to tilde count apart. Those before and after count as one each, and no character counts behind
 * one of these.
 */
function numberOf(text: string, start: number): number {
  let number = 0
  let rest = CHARACTERS
  for (let at = start; rest > 0; at++) {
    const code = text.charCodeAt(at) // NaN at the end
    const rank = code >= 32 ? Math.min(code - 31, 96) : 0
    number = number * 97 + rank
    rest--
    if (rank === 0 || rank === 96) break
  }
  return number * 97 ** rest
}

function sortPart<Row>(rows: Row[], from: number, to: number, textOf: (row: Row) => string): void {
  const part = rows.slice(from, to).sort((a, b) => compareText(textOf(a), textOf(b)))
  for (let i = 0; i < part.length; i++) rows[from + i] = part[i]!
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
