import type { FoundInteraction } from './rows.ts'

/** Is told of an event. The id of its item is the part of a text from one place to another. */
export type EachEvent = (text: string, from: number, to: number, eventType: string, eventValue: number | null) => void

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
  /** Calls back with each event, the oldest first: a text of each id takes as long as to look up its number. */
  forEach(each: EachEvent): void
}

type Columns = Pick<History, 'itemIds' | 'eventTypes' | 'eventValues'>

/** The columns of events. @param events the newest first */
export function historyOf(events: readonly FoundInteraction[]): History {
  const columns: Columns = {
    itemIds: events.map(({ itemId }) => itemId),
    eventTypes: events.map(({ eventType }) => eventType),
    eventValues: events.map(({ eventValue }) => eventValue),
  }
  return {
    length: events.length,
    newest: events[0]?.seq,
    ...columns,
    events: () => events,
    forEach: each => forEachOf(columns, each),
  }
}

/** `History.forEach` of columns that are there. */
export function forEachOf({ itemIds, eventTypes, eventValues }: Columns, each: EachEvent): void {
  for (let at = itemIds.length - 1; at >= 0; at--) {
    const itemId = itemIds[at]!
    each(itemId, 0, itemId.length, eventTypes[at]!, eventValues[at]!)
  }
}

/** That of a user without events. */
export const NO_HISTORY = historyOf([])
