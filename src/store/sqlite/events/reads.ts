import type { DatabaseSync } from 'node:sqlite'
import type { FoundInteraction } from '../../rows.ts'
import type { UnappliedPuts } from '../puts/unapplied.ts'
import type { WaitingEvents } from '../tables/interactions.ts'
import { readEvents } from './log.ts'

/** Returns the read of a user's events that are in the log `event_puts`. */
export function waitingEvents(db: DatabaseSync, { mayHave }: Pick<UnappliedPuts, 'mayHave'>): WaitingEvents {
  const inLog = db.prepare('SELECT rows FROM event_puts WHERE seq = ? AND dataset = ?')
  return (dataset, userId) => {
    const found: FoundInteraction[] = []
    for (const first of mayHave(dataset, userId)) {
      // It may have been applied since.
      const { rows = '[]' } = inLog.get(first, dataset) ?? {}
      for (const [i, event] of readEvents(rows as string).entries())
        if (event.userId === userId) found.push({ ...event, ingestion: 'PUT', seq: first + i, repeated: false })
    }
    return found
  }
}

/** Whether any call waits in the log. */
export function someWait(db: DatabaseSync): () => boolean {
  const any = db.prepare('SELECT 1 FROM event_puts LIMIT 1')
  return () => any.get() !== undefined
}
