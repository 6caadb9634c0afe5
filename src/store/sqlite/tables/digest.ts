import { digestOf } from '../../digest.ts'
import { interactionOrder } from '../../order.ts'
import type { StoredInteraction } from '../../rows.ts'

/**
 * The part of an interaction that its key does not have, 0 if there is none. Only rows alike in user, time, item and
 * type need telling apart.
 */
export function detailsDigest({ eventValue, details }: Pick<StoredInteraction, 'eventValue' | 'details'>): number {
  if (eventValue === null && details === '') return 0
  return digestOf(eventValue === null ? details : `${eventValue}${details}`) // details begin with a brace
}

/** The order of the table's key. */
export const compareInteractions = interactionOrder(detailsDigest)

/**
 * 48 bits of the item, time and type of an event of a user. It leaves out the details, since an impression takes longer
 * to hash than all else of an event. So events that differ in nothing else have the same, as others may.
 */
export function keyOf({ itemId, timestampMs, eventType }: StoredInteraction): number {
  const item = digestOf(itemId)
  const time = Math.imul(timestampMs, 0x9e3779b1)
  const rest = digestOf(eventType)
  return 2 ** 32 * (((item / 2 ** 32) ^ (time >>> 16)) & 0xffff) + ((item ^ Math.imul(time ^ rest, 0x85ebca6b)) >>> 0)
}
