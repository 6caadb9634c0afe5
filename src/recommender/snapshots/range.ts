import type { RangeOfUsers } from '../../store/ranges.ts'
import type { FoundInteraction } from '../../store/rows.ts'
import type { StoreHandle } from '../../store/store.ts'
import type { TrainingEvent } from '../training/events.ts'

/** The range of a thread, which writes a file of its own. */
export interface RangeReading {
  readonly handle: StoreHandle
  readonly dataset: number
  readonly range: RangeOfUsers
  /** The number of the newest event that is taken. */
  readonly until: number
  readonly path: string
}

const REPORTED = 10_000

/** The events, but those that were put after a number. @param report is called with how many were read */
export async function* eventsUntil(
  events: AsyncIterable<FoundInteraction>,
  until: number,
  report: (events: number) => void = () => {},
): AsyncGenerator<TrainingEvent> {
  let read = 0
  for await (const event of events) {
    if (++read % REPORTED === 0) report(read)
    if (event.ingestion === 'BULK' || event.seq <= until) yield event
  }
}
