/**
 * The blanks around a text: white space as JavaScript and Unicode have it, and the zero width space and word joiner,
 * U+200B and U+2060. White space is the space, tab and line ends; the no-break space, U+00A0; the byte order mark,
 * U+FEFF; the wide spaces. Spreadsheets and web pages leave these behind, where nobody sees them.
 */
const BLANKS = '\t\n\v\f\r \\u00A0\\u1680\\u2000-\\u200B\\u2028\\u2029\\u202F\\u205F\\u2060\\u3000\\uFEFF'
const blank = new RegExp(`[${BLANKS}]`)
const untidy = new RegExp(`(?:^|\\|)(?:[${BLANKS}|]|$)|[${BLANKS}](?:\\||$)`)

function isBlank(code: number): boolean {
  if (code < 0x80) return code === 0x20 || (code >= 0x09 && code <= 0x0d)
  return code >= 0xa0 && blank.test(String.fromCharCode(code))
}

/** The text without the blanks around it: the same string where there are none. */
export function trimmed(text: string): string {
  let from = 0
  let to = text.length
  while (from < to && isBlank(text.charCodeAt(from))) from++
  while (to > from && isBlank(text.charCodeAt(to - 1))) to--
  return from === 0 && to === text.length ? text : text.slice(from, to)
}

/**
 * The ids under which a row with this id may be stored: without the blanks around it, and as it is written. Earlier
 * versions stored it as it was written.
 */
export function spellingsOf(id: string): readonly string[] {
  const tidy = trimmed(id)
  return tidy === id ? [id] : [id, tidy].filter(spelling => spelling !== '')
}

/** The parts between `|`, without the blanks around each, and without those that are empty: `A | |B|` is `A|B`. */
export function tidyList(text: string): string {
  if (!untidy.test(text)) return text
  return text
    .split('|')
    .map(trimmed)
    .filter(part => part !== '')
    .join('|')
}
