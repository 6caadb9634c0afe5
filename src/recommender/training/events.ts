import type { FoundInteraction } from '../../store/rows.ts'

/** An event as a training reads it from the store. They come user by user in the order of time. */
export type TrainingEvent = Pick<
  FoundInteraction,
  'userId' | 'itemId' | 'timestampMs' | 'eventType' | 'eventValue' | 'details' | 'repeated'
>

/**
 * Events that follow one another, column by column: a training that looks at a billion of them makes no object of
 * each. A user's events may go on in the next chunk.
 */
export interface EventChunk {
  readonly users: readonly string[]
  /** User u has the events offsets[u] .. offsets[u + 1]. */
  readonly offsets: Uint32Array
  /** Milliseconds since 1970. */
  readonly times: Float64Array
  /** NaN where an event has none. */
  readonly values: Float64Array
  /** Numbers of `itemIds`. */
  readonly items: Uint32Array
  /** Numbers of `eventTypes`. */
  readonly types: Uint32Array
  /** 1 where the event repeats an eventId. */
  readonly repeated: Uint8Array
  readonly details: Details
  /** Those of all chunks; from the store they are those that were met so far. */
  readonly itemIds: readonly string[]
  readonly eventTypes: readonly string[]
}

/** The rest of each event, as JSON; empty where there is none. */
export interface Details {
  at(event: number): string
  /** Whether any of them has this text. */
  include(text: string): boolean
}
