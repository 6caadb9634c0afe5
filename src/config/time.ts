/**
 * Returns the milliseconds since 1970 of a date, or of a time with its zone: 2026-01-01, 2026-01-01T00:00:00Z. A date
 * begins at midnight UTC. Undefined where it is none.
 */
export function timeOf(text: string): number | undefined {
  if (!/^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d))?$/.test(text)) return undefined
  const time = Date.parse(text)
  return Number.isNaN(time) ? undefined : time
}
