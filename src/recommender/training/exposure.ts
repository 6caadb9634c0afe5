import { grown } from '../../engine/math/growing.ts'
import type { StoredInteraction } from '../../store/rows.ts'
import { untilNow } from '../request/clamp-times.ts'
import { eachShown } from './impression.ts'
import type { EventTable } from './snapshot.ts'

/** How often items were met and shown: so new items are known, and items tried in vain. */
export interface Exposure {
  /** Of each item, how many events it has. */
  events: Float64Array
  /** When it was first met, in milliseconds since 1970; Infinity where it never was. */
  first: Float64Array
  /** How often a user was shown it (impressions-data.md). */
  impressions: Float64Array
  /** When the newest event was, those of the future left out. */
  newest: number
}

/**
 * Counts the events of a training, and those that it left out.
 * @param size how many items there are
 * @param now in milliseconds since 1970
 */
export function exposureOf(
  { items, offsets, shown, left, ...events }: EventTable,
  size: number,
  now: number,
): Exposure {
  const times = untilNow(events.times, now)
  const exposure = noExposure(size)
  for (let event = 0; event < offsets.at(-1)!; event++) {
    const [item, time] = [items[event]!, times[event]!]
    exposure.events[item]!++
    if (time < exposure.first[item]!) exposure.first[item] = time
    if (time > exposure.newest) exposure.newest = time
  }
  for (const [item, count] of shown) exposure.impressions[item] = count
  for (const [item, count] of left.counts.entries()) exposure.events[item]! += count
  for (const [item, time] of left.first.entries()) exposure.first[item] = Math.min(exposure.first[item]!, time)
  exposure.newest = Math.max(exposure.newest, left.newest)
  return exposure
}

function noExposure(size: number): Exposure {
  return {
    events: new Float64Array(size),
    first: new Float64Array(size).fill(Number.POSITIVE_INFINITY),
    impressions: new Float64Array(size),
    newest: 0,
  }
}

/** Begins anew, as if there had been no event. */
export function forgetExposure(exposure: Exposure): void {
  Object.assign(exposure, noExposure(exposure.events.length))
}

/** The same with items that have other numbers, or that have been joined by others. */
export function renumberedExposure(exposure: Exposure, numbers: Int32Array, size: number): Exposure {
  const renumbered = { ...noExposure(size), newest: exposure.newest }
  for (const [from, to] of numbers.entries()) {
    renumbered.events[to] = exposure.events[from]!
    renumbered.first[to] = exposure.first[from]!
    renumbered.impressions[to] = exposure.impressions[from]!
  }
  return renumbered
}

/**
 * Takes in an event that was put after training.
 * @param item its item; −1 where that has no number
 * @param numberIn the number of an item whose id is the part of a text from one place to another
 */
export function expose(
  exposure: Exposure,
  item: number,
  event: Pick<StoredInteraction, 'timestampMs' | 'details'>,
  numberIn: (text: string, from: number, to: number) => number,
): void {
  if (item >= 0) {
    makeRoom(exposure, item)
    exposure.events[item]!++
    exposure.first[item] = Math.min(exposure.first[item]!, event.timestampMs)
  }
  exposure.newest = Math.max(exposure.newest, event.timestampMs)
  eachShown(event.details, (text, from, to) => {
    const shown = numberIn(text, from, to)
    if (shown < 0) return
    makeRoom(exposure, shown)
    exposure.impressions[shown]!++
  })
}

function makeRoom(exposure: Exposure, item: number): void {
  const { length } = exposure.events
  if (item < length) return
  const size = Math.max(item + 1, length + 1000)
  exposure.events = grown(exposure.events, size)
  exposure.first = grown(exposure.first, size, Number.POSITIVE_INFINITY)
  exposure.impressions = grown(exposure.impressions, size)
}
