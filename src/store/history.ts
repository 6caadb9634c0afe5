import type { FoundInteraction } from './rows.ts'

/**
 * A user's newest events, the newest first, in columns: all that most requests look at of them. An object for each
 * event takes longer to make than the rest of the read.
 */
export interface History {
  /** How many there are. */
  readonly length: number
  /** The number of the newest one; undefined where there is none. */
  readonly newest: number | undefined
  readonly itemIds: readonly string[]
  readonly eventTypes: readonly string[]
  readonly eventValues: readonly (number | null)[]
  /** All of each event. */
  events(): readonly FoundInteraction[]
}

/** The columns of events. @param events the newest first */
export function historyOf(events: readonly FoundInteraction[]): History {
  return {
    length: events.length,
    newest: events[0]?.seq,
    itemIds: events.map(({ itemId }) => itemId),
    eventTypes: events.map(({ eventType }) => eventType),
    eventValues: events.map(({ eventValue }) => eventValue),
    events: () => events,
  }
}

/** That of a user without events. */
export const NO_HISTORY = historyOf([])
