import { TrainingDataError } from './data-error.ts'
import { NUMBERS_MAX } from './numbering.ts'

/** The most that a training can hold, whatever memory there is. */
interface Ceilings {
  /** The places of events are integers of 32 bits. */
  readonly events: number
  /** Their ids are one list; V8 grows none safely that is longer. */
  readonly users: number
  /** Those of events and of the Items dataset together. */
  readonly items: number
}

export const CEILINGS: Ceilings = { events: 2 ** 31 - 1, users: 2 ** 26, items: NUMBERS_MAX }

/** The most that a training may hold. */
export interface Bounds {
  /** The bytes of a training; no bound unless given. */
  readonly memory?: number | undefined
  /** `CEILINGS` unless given. */
  readonly ceilings?: Ceilings | undefined
  /** As much is taken whatever the memory; 100,000 events of 10,000 users unless given. */
  readonly least?: Pick<Ceilings, 'events' | 'users'> | undefined
}

/**
 * Events and users above their ceilings are left out by the choice of events (`training-window.ts`). Items cannot be.
 * @throws TrainingDataError that says how many items there may be, and the remedy
 */
export function assertItems(count: number, { items: most }: Ceilings = CEILINGS): void {
  if (count <= most) return
  throw new TrainingDataError(
    `Create failed. The datasets have more than ${inWords(most)} different items, the most that a training takes. ` +
      'Import them without the items that are not offered any more, or divide them among dataset groups.',
  )
}

/** A whole number with commas. */
export function inWords(count: number): string {
  return Math.round(count).toLocaleString('en')
}
