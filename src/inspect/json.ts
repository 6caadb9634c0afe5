const { rawJSON } = JSON as typeof JSON & { rawJSON(text: string): unknown }

/** JSON with every digit of a bigint. */
export function toJson(value: object, indent?: number): string {
  const exact = (_key: string, member: unknown) => (typeof member === 'bigint' ? rawJSON(String(member)) : member)
  return JSON.stringify(value, exact, indent)
}

/** Reads what `toJson` wrote: a whole number beyond 2^53 is a bigint. */
export function fromJson(text: string): unknown {
  return JSON.parse(text, (_key: string, member: unknown, { source = '' }: { source?: string } = {}) =>
    typeof member === 'number' && !Number.isSafeInteger(member) && /^-?\d+$/.test(source) ? BigInt(source) : member,
  )
}
