import type { DatabaseSync } from 'node:sqlite'
import { eventRows } from '../tables/event-rows.ts'
import { openIdFilter } from '../tables/id-filter.ts'
import { sessionWrites } from '../tables/sessions.ts'
import { openWaitingCalls } from './waiting.ts'

/** The parts that the writes of events work on: the tables, and the log. */
export function eventParts(db: DatabaseSync) {
  const idFilter = openIdFilter(db)
  const rows = eventRows(db, idFilter)
  return { idFilter, rows, packs: rows.packs, sessions: sessionWrites(db, rows.packs), waiting: openWaitingCalls(db) }
}

export type EventParts = ReturnType<typeof eventParts>
