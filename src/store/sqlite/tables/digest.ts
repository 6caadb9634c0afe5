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

/** 48 bits of all by which the events of a user are told apart. Two events may have the same. */
export function keyOf(event: StoredInteraction): number {
  const item = digestOf(event.itemId)
  const time = Math.imul(event.timestampMs, 0x9e3779b1)
  const rest = digestOf(event.eventType) ^ detailsDigest(event)
  return 2 ** 32 * (((item / 2 ** 32) ^ (time >>> 16)) & 0xffff) + ((item ^ Math.imul(time ^ rest, 0x85ebca6b)) >>> 0)
}
