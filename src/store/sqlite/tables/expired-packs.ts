import type { DatabaseSync } from 'node:sqlite'
import type { AgeLimit, Expired } from '../../expiry.ts'
import { datasetState } from './datasets.ts'
import { EVENT_MEMBERS } from './packs.ts'

/** Of one transaction, some 10 ms: a Put call may have to wait this long. */
const PACKS_LOOKED_AT = 2000
const PACKS_CHANGED = 100

/** A place among the packs of a dataset, as their index is sorted. */
export type PlaceOfPack = readonly [userId: string, newest: number, oldest: number, count: number, id: number]

export const FIRST_PACK: PlaceOfPack = ['', 0, 0, 0, 0]

/** A part of the way through the packs of a dataset. */
export interface ExpiredPacks extends Expired {
  /** The pack to go on after; undefined where there is none. */
  readonly after: PlaceOfPack | undefined
}

/** Deletes imported interactions by their age, each write to be called in a transaction. */
export function expiredPackWrites(db: DatabaseSync) {
  const state = datasetState(db)
  const next = db.prepare(`
    SELECT user_id, newest, oldest, count, id FROM packs
    WHERE dataset = ? AND source = ? AND (user_id, newest, oldest, count, id) > (?, ?, ?, ?, ?)
    ORDER BY user_id, newest, oldest, count, id LIMIT ${PACKS_LOOKED_AT}`)
  next.setReturnArrays(true)
  const eventsOf = db.prepare('SELECT events FROM packs WHERE id = ?')
  const remove = db.prepare('DELETE FROM packs WHERE id = ?')
  const replace = db.prepare('UPDATE packs SET oldest = ?, count = ?, events = ? WHERE id = ?')

  /** Takes the old ones out of a pack. Returns how many these were, and how many of them came late. */
  const expire = ([, newest, , count, id]: PlaceOfPack, before: number, doneBefore: number) => {
    const flat = JSON.parse(eventsOf.get(id)!.events as string) as readonly unknown[]
    // In the order of time.
    const times = flat.filter((_, at) => at % EVENT_MEMBERS === 0) as readonly number[]
    const late = times.filter(time => time < doneBefore).length
    if (newest < before) {
      remove.run(id)
      return { deleted: count, late }
    }
    const first = times.findIndex(time => time >= before)
    replace.run(times[first]!, count - first, JSON.stringify(flat.slice(first * EVENT_MEMBERS)), id)
    return { deleted: first, late }
  }

  return {
    /** Deletes the old interactions of some of the packs that readers see, after this one. */
    expirePacks({ dataset, before, after }: AgeLimit & { readonly after: PlaceOfPack }): ExpiredPacks {
      const { generation, expired_before } = state(dataset)
      const packs = next.all(dataset, generation, ...after) as unknown as readonly PlaceOfPack[]
      let [deleted, late, changed] = [0, 0, 0]
      let last = after
      for (const pack of packs) {
        if (changed === PACKS_CHANGED) return { dataset, deleted, late, after: last }
        last = pack
        if (pack[2] >= before) continue
        const expired = expire(pack, before, expired_before ?? Number.NEGATIVE_INFINITY)
        changed++
        deleted += expired.deleted
        late += expired.late
      }
      return { dataset, deleted, late, after: packs.length < PACKS_LOOKED_AT ? undefined : last }
    },
  }
}
