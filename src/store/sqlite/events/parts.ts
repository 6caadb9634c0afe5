import type { DatabaseSync } from 'node:sqlite'
import { openEventFilter } from '../tables/event-filter.ts'
import { eventRows } from '../tables/event-rows.ts'
import { openIdFilter } from '../tables/id-filter.ts'
import { sessionWrites } from '../tables/sessions.ts'
import { openWaitingCalls } from './waiting.ts'

/** The parts that the writes of events work on: the tables, and the log. */
export function eventParts(db: DatabaseSync) {
  const idFilter = openIdFilter(db)
  const eventFilter = openEventFilter(db)
  const rows = eventRows(db, idFilter, eventFilter)
  const { packs } = rows
  return { idFilter, eventFilter, rows, packs, sessions: sessionWrites(db, packs), waiting: openWaitingCalls(db) }
}

export type EventParts = ReturnType<typeof eventParts>
