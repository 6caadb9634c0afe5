import { quote } from '../../datasets/values.ts'
import type { EventRule } from './event-rules.ts'

/** The most types that are named. */
const NAMED = 10

/**
 * Says which event types are to be trained on and have no event, and which types there are instead: `watch` is not
 * `Watch`. Undefined where each has an event, or where there are no events at all.
 * @param types the types of all events
 */
export function unmetTypes(
  rules: readonly Pick<EventRule, 'eventType'>[],
  types: readonly string[],
): string | undefined {
  const unmet = rules.flatMap(({ eventType }) => eventType ?? []).filter(type => !types.includes(type))
  if (unmet.length === 0 || types.length === 0) return undefined
  const more = types.length > NAMED ? ` and ${types.length - NAMED} more` : ''
  return `no event has the type ${list(unmet)}; there are ${list(types.slice(0, NAMED))}${more}`
}

const list = (types: readonly string[]) => types.map(quote).join(', ')
