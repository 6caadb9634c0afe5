const { rawJSON } = JSON as typeof JSON & { rawJSON(text: string): unknown }

/** Writes JSON that keeps every digit of a bigint. */
export function toJson(value: object, indent?: number): string {
  const exact = (_key: string, member: unknown) => (typeof member === 'bigint' ? rawJSON(String(member)) : member)
  return JSON.stringify(value, exact, indent)
}

/** Reads the JSON that `toJson` writes. A whole number beyond 2^53 becomes a bigint. */
export function fromJson(text: string): unknown {
  return JSON.parse(text, (_key: string, member: unknown, { source = '' }: { source?: string } = {}) =>
    typeof member === 'number' && !Number.isSafeInteger(member) && /^-?\d+$/.test(source) ? BigInt(source) : member,
  )
}

/** Whether a value is an object of JSON, and no array. */
export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/**
 * Returns why a text is no JSON, for a message: ` at position 7`, and what is known of programs that write so. It is ''
 * where nothing is known. The engine's messages without a position quote the text, which may be anybody's data.
 */
export function faultOf(text: string, error: unknown): string {
  const { message } = error as Error
  if (text.startsWith('\ufeff')) return ': it begins with a byte order mark (U+FEFF), leave that out'
  if (message.startsWith('Unexpected end of JSON')) return ': it ends too early'
  return (/ at position \d+/.exec(message)?.[0] ?? '') + hintFor(text)
}

/** As Python's `json.dumps` writes them. */
const NO_NUMBER = /[:[,]\s*(NaN|-?Infinity)\b/

/** As Python's `str` writes a dict. */
const SINGLE_QUOTES = /^\s*\{\s*'/

function hintFor(text: string): string {
  const noNumber = NO_NUMBER.exec(text)?.[1]
  if (noNumber) return `: ${noNumber} is no JSON, leave the property out`
  return SINGLE_QUOTES.test(text)
    ? ': JSON has double quotes, as json.dumps of Python writes them and str does not'
    : ''
}
