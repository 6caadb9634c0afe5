import type { DatabaseSync } from 'node:sqlite'
import type { PutPacks } from './put-packs.ts'
import { SessionUsers } from './session-users.ts'

/**
 * Which user a session turned out to be (guide: "Recording events for anonymous users").
 * @param packs have events that `interactions` has not
 */
export function sessionWrites(db: DatabaseSync, packs: Pick<PutPacks, 'sessionsOf'>) {
  const select = db.prepare('SELECT user_id FROM sessions WHERE dataset = ? AND session_id = ?')
  const upsert = db.prepare(`
    INSERT INTO sessions VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET user_id = excluded.user_id
    WHERE user_id <> excluded.user_id`)
  const ofUser = db.prepare(`
    SELECT session_id FROM sessions WHERE dataset = ?1 AND user_id = ?2 AND session_id NOT IN (
      SELECT session_id FROM interactions
      WHERE dataset = ?1 AND source = 0 AND user_id = ?2 AND session_id IS NOT NULL)`)
  const forget = db.prepare('DELETE FROM sessions WHERE dataset = ? AND session_id = ?')
  const latest = new SessionUsers()
  return {
    /** Those whose user is known, here or in the log. */
    latest,
    userOf: (dataset: number, sessionId: string) => select.get(dataset, sessionId)?.user_id as string | undefined,
    /** The session is this user from now on. */
    set(dataset: number, sessionId: string, userId: string): void {
      upsert.run(dataset, sessionId, userId)
      if (!latest.isOf(dataset, sessionId, userId)) latest.forget(dataset, sessionId)
    },
    /** Forgets the user's sessions in which the user has no event. */
    forgetOf(dataset: number, userId: string): void {
      const known = ofUser.all(dataset, userId) as unknown as readonly { readonly session_id: string }[]
      if (known.length === 0) return
      latest.clear()
      const packed = packs.sessionsOf(dataset, userId)
      for (const { session_id } of known) if (!packed.has(session_id)) forget.run(dataset, session_id)
    },
  }
}
