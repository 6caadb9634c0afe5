import type { EventChunk } from './events.ts'

/** An event of the same user, item and type as one before it, by less than so many milliseconds, was sent twice. */
const DUPLICATE_MS = 1000
/** Among so many events before it one is looked for: a client that sends an event again does so at once. */
const LOOKED_AT_MAX = 8

/**
 * Whether an event repeats an older one, as trackers that are built in twice send it. Such an event counts nowhere, as
 * one with the eventId of another: else users seem to come back at once to what they clicked.
 * @param first the place of the user's oldest event
 */
export function isDuplicate({ times, items, types }: EventChunk, event: number, first: number): boolean {
  for (let at = event - 1; at >= Math.max(first, event - LOOKED_AT_MAX); at--) {
    if (times[event]! - times[at]! >= DUPLICATE_MS) return false
    if (items[at] === items[event] && types[at] === types[event]) return true
  }
  return false
}
