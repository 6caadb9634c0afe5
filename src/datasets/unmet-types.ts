import { quote } from './values.ts'

/** The most types that are named. */
const NAMED = 10

/**
 * Says which wanted event types no event has, and which types there are instead: `watch` is not `Watch`. Undefined
 * where each has an event, or where there are no events at all.
 * @param types the types of all events
 */
export function unmetTypes(wanted: readonly string[], types: readonly string[]): string | undefined {
  const unmet = [...new Set(wanted)].filter(type => !types.includes(type))
  if (unmet.length === 0 || types.length === 0) return undefined
  const more = types.length > NAMED ? ` and ${types.length - NAMED} more` : ''
  return `no event has the type ${list(unmet)}; there are ${list(types.slice(0, NAMED))}${more}`
}

const list = (types: readonly string[]) => types.map(quote).join(', ')
