import type { SqlRow } from '../database.ts'

/**
 * Returns the sessions whose user has no event of them any more. They are on other nodes than the events of their
 * users, so that no statement can tell.
 * @param sessions rows with `session_id` and `user_id`
 * @param left the same columns of the events that are left
 */
export function sessionsOver(sessions: readonly SqlRow[], left: readonly SqlRow[]): readonly SqlRow[] {
  const kept = new Set(left.map(keyOf))
  return sessions.filter(row => !kept.has(keyOf(row)))
}

const keyOf = ({ user_id, session_id }: SqlRow) => JSON.stringify([user_id, session_id])
