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
