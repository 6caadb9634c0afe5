import type { DatabaseSync } from 'node:sqlite'
import type { AgeLimit, Expired } from '../../expiry.ts'
import { datasetState } from '../tables/datasets.ts'
import { type ExpiredPacks, expiredPacks, type PlaceOfPack } from '../tables/expired-packs.ts'
import { PUT } from '../tables/packs.ts'
import type { NumberedPack } from '../tables/put-packs.ts'
import type { EventParts } from './parts.ts'
import type { Trait } from './waiting.ts'

/** Of one transaction, some 10 ms: a Put call may have to wait this long. */
const USERS_LOOKED_AT = 1000
const ROWS_DELETED = 500

/**
 * Deletes put events by their age, each write to be called in a transaction. The tables are in the order of users, so
 * the oldest event of each user, or pack, is looked at: 3 µs a user. An index of times would make every put slower.
 * @param applyWith has all calls of the log applied that may have a trait
 */
export function expiringWrites(
  db: DatabaseSync,
  { packs, rows, sessions }: Pick<EventParts, 'packs' | 'rows' | 'sessions'>,
  applyWith: (dataset: number, traits: readonly Trait[]) => void,
) {
  const nextUser = db.prepare(`
    SELECT user_id, timestamp FROM interactions WHERE dataset = ? AND source = 0 AND user_id > ?
    ORDER BY user_id, timestamp LIMIT 1`)

  const packAt = db.prepare(`
    SELECT id, source, user_id, seq, events FROM packs
    WHERE user_id = ? AND newest = ? AND oldest = ? AND count = ? AND id = ? AND dataset = ? AND source = ${PUT}`)
  const expire = expiredPacks(db)
  const state = datasetState(db)
  const done = db.prepare(`
    INSERT INTO dataset_state (dataset, expired_before) VALUES (?, ?)
    ON CONFLICT DO UPDATE SET expired_before = excluded.expired_before`)

  return {
    /** Notes that nothing before this time is left. */
    endExpiry: ({ dataset, before }: AgeLimit): void => void done.run(dataset, before),

    /** Deletes the old events of some packs of put events after this one, with their eventIds and sessions. */
    expirePutPacks({ after, ...limit }: AgeLimit & { readonly after: PlaceOfPack }): ExpiredPacks {
      const { dataset, before } = limit
      return expire(limit, PUT, after, place => {
        const [userId] = place
        // A session that waits in the log is not over. With its events the pack may become part of another.
        applyWith(dataset, [`user:${userId}`])
        const pack = packAt.get(...place, dataset) as NumberedPack | undefined
        const times = rows.deleteOldPacked(dataset, pack ? [pack] : packs.ofUser(dataset, userId), before)
        sessions.forgetOf(dataset, userId)
        return times
      })
    },

    /**
     * Deletes the old rows of some users after this one, with their eventIds and sessions. Returns the user to go on
     * after too; undefined where there is none.
     */
    expireEvents(limit: AgeLimit & { readonly after: string }): Expired & { readonly after: string | undefined } {
      const { dataset, before, after } = limit
      const doneBefore = state(dataset).expired_before ?? Number.NEGATIVE_INFINITY
      let [deleted, late, userId] = [0, 0, after]
      for (let looked = 0; looked < USERS_LOOKED_AT && deleted < ROWS_DELETED; looked++) {
        const next = nextUser.get(dataset, userId) as { user_id: string; timestamp: number } | undefined
        if (!next) return { dataset, deleted, late, after: undefined }
        if (next.timestamp < before) {
          // A session that waits in the log is not over.
          applyWith(dataset, [`user:${next.user_id}`])
          const most = ROWS_DELETED - deleted
          const times = rows.deleteOld(dataset, next.user_id, before, most)
          sessions.forgetOf(dataset, next.user_id)
          deleted += times.length
          late += times.filter(time => time < doneBefore).length
          if (times.length === most) break // there may be more of this user
        }
        userId = next.user_id
      }
      return { dataset, deleted, late, after: userId }
    },
  }
}
