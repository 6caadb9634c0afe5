import type { FoundInteraction } from '../../store/rows.ts'

/** An event as a training reads it, from the store or from a file. They come user by user in the order of time. */
export type TrainingEvent = Pick<
  FoundInteraction,
  'userId' | 'itemId' | 'timestampMs' | 'eventType' | 'eventValue' | 'details' | 'seq' | 'repeated'
>
