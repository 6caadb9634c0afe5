/**
 * Returns why a text is no JSON, for a message: ` at position 7`, and what is known of programs that write so. It is ''
 * where nothing is known. The engine's messages without a position quote the text, which may be anybody's data.
 *
 * @param error what JSON.parse threw
 */
export function faultOf(text: string, error: unknown): string {
  const { message } = error as Error
  if (text.startsWith('\ufeff')) return ': it begins with a byte order mark (U+FEFF), leave that out'
  if (message.startsWith('Unexpected end of JSON')) return ': it ends too early'
  const told = / at position (\d+)/.exec(message)?.[1]
  const position = told === undefined ? placeOfNoValue(text) : Number(told)
  return position === undefined ? '' : ` at position ${position}${hintFor(text, position)}`
}

/** A text to be skipped, or what stands where a value should and begins none: the engine says no position of it. */
const NO_VALUE = /"(?:[^"\\]|\\.)*"|(?:^|[:,]|\[(?!\s*\]))\s*(?!["{[\d\s-]|true|false|null)(?<word>[\w.+]+|\S)/gs

function placeOfNoValue(text: string): number | undefined {
  for (const { 0: found, index, groups } of text.matchAll(NO_VALUE))
    if (groups!.word) return index + found.length - groups!.word.length
  return undefined
}

/** Faults that programs often write, and what is right in their place. */
const HINTS: readonly (readonly [pattern: RegExp, hint: (found: string) => string])[] = [
  [/-?(?:NaN|Infinity|undefined)\b/y, found => `${found} is no JSON, leave the property out`],
  [/(?:None|nil)\b/y, found => `${found} is no JSON, write null`],
  [/(?:true|false|null)\b/iy, found => `${found} is no JSON, write ${found.toLowerCase()}`],
  [/['`]/y, () => 'JSON has double quotes, as json.dumps of Python writes them and str does not'],
  [/[“”„«]/y, found => `${found} is no quote of JSON, write "`],
  [/[+.]\d/y, () => 'a number of JSON begins with a digit or a minus sign'],
  [/(?<=,\s*)[}\]]/y, () => 'leave out the comma before it'],
  [/[\n\r\t]/y, found => `write ${JSON.stringify(found).slice(1, -1)} in a text`],
]

function hintFor(text: string, position: number): string {
  const place = text[position - 1] === '-' ? position - 1 : position
  for (const [pattern, hint] of HINTS) {
    pattern.lastIndex = place
    const found = pattern.exec(text)?.[0]
    if (found !== undefined) return `: ${hint(found)}`
  }
  return ''
}
