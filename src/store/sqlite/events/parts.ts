import type { DatabaseSync } from 'node:sqlite'
import { eventRows } from '../tables/event-rows.ts'
import { openIdFilter } from '../tables/id-filter.ts'
import { sessionWrites } from '../tables/sessions.ts'
import { openWaitingCalls } from './waiting.ts'

/** The parts that the writes of events work on: the two tables, and the log. */
export function eventParts(db: DatabaseSync) {
  const idFilter = openIdFilter(db)
  return { idFilter, rows: eventRows(db, idFilter), sessions: sessionWrites(db), waiting: openWaitingCalls(db) }
}

export type EventParts = ReturnType<typeof eventParts>
