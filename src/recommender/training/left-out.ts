import { grown } from '../../engine/math/growing.ts'

/**
 * The events that count and were not chosen. Their items are known all the same: how often they were met, and since
 * when, so that an old item is not taken for a new one.
 */
export interface LeftOut {
  readonly events: number
  /** Users without a chosen event. */
  readonly users: number
  /** Of each item, how many of the events are of it; of items without any it may be shorter. */
  readonly counts: Float64Array
  /** When each was first met, in milliseconds since 1970. */
  readonly first: Float64Array
  /** When the newest event was, in milliseconds since 1970. */
  readonly newest: number
}

export const NOTHING_LEFT_OUT: LeftOut = {
  events: 0,
  users: 0,
  counts: new Float64Array(0),
  first: new Float64Array(0),
  newest: 0,
}

/**
 * Counts the events that are left out, one after the other.
 * @param now the time of events that are later, in milliseconds since 1970
 */
export function countLeftOut(now: number) {
  let counts = new Float64Array(1024)
  let first = new Float64Array(1024).fill(Number.POSITIVE_INFINITY)
  let [events, items, newest] = [0, 0, 0]
  return {
    push(item: number, timestampMs: number): void {
      const time = Math.min(now, timestampMs)
      events++
      newest = Math.max(newest, time)
      if (item >= counts.length) {
        counts = grown(counts, 2 * item)
        first = grown(first, 2 * item, Number.POSITIVE_INFINITY)
      }
      items = Math.max(items, item + 1)
      counts[item]!++
      if (time < first[item]!) first[item] = time
    },
    counted: (users: number): LeftOut => ({
      events,
      users,
      counts: counts.subarray(0, items),
      first: first.subarray(0, items),
      newest,
    }),
  }
}
