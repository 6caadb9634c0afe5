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

/**
 * Where a text stops being JSON, for a message: ` at position 7`, or that it ends too early; '' where the engine does
 * not say. Its messages without a position quote the text, which may be anybody's data.
 */
export function placeOfFault(error: unknown): string {
  const { message } = error as Error
  return message.startsWith('Unexpected end of JSON')
    ? ': it ends too early'
    : (/ at position \d+/.exec(message)?.[0] ?? '')
}
