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
