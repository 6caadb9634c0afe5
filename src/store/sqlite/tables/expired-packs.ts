import type { DatabaseSync } from 'node:sqlite'
import type { AgeLimit, Expired } from '../../expiry.ts'
import { datasetState } from './datasets.ts'
import { membersIn, PUT } from './packs.ts'

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

/**
 * Returns a function that goes through some packs of a source after a place, and has the old events of each deleted. It
 * is to be called in a transaction.
 */
export function expiredPacks(db: DatabaseSync) {
  const state = datasetState(db)
  const next = db.prepare(`
    SELECT user_id, newest, oldest, count, id FROM packs
    WHERE dataset = ? AND source = ? AND (user_id, newest, oldest, count, id) > (?, ?, ?, ?, ?)
    ORDER BY user_id, newest, oldest, count, id LIMIT ${PACKS_LOOKED_AT}`)
  next.setReturnArrays(true)

  /** @param deleteOld deletes the old events of a pack and returns their times */
  return (
    { dataset, before }: AgeLimit,
    source: number,
    after: PlaceOfPack,
    deleteOld: (pack: PlaceOfPack) => readonly number[],
  ): ExpiredPacks => {
    const doneBefore = state(dataset).expired_before ?? Number.NEGATIVE_INFINITY
    const packs = next.all(dataset, source, ...after) as unknown as readonly PlaceOfPack[]
    let [deleted, late, changed] = [0, 0, 0]
    let last = after
    for (const pack of packs) {
      if (changed === PACKS_CHANGED) return { dataset, deleted, late, after: last }
      last = pack
      if (pack[2] >= before) continue
      const times = deleteOld(pack)
      changed++
      deleted += times.length
      late += times.filter(time => time < doneBefore).length
    }
    return { dataset, deleted, late, after: packs.length < PACKS_LOOKED_AT ? undefined : last }
  }
}

/** Deletes imported interactions by their age, each write to be called in a transaction. */
export function expiredPackWrites(db: DatabaseSync) {
  const state = datasetState(db)
  const expire = expiredPacks(db)
  const eventsOf = db.prepare('SELECT events FROM packs WHERE id = ?')
  const remove = db.prepare('DELETE FROM packs WHERE id = ?')
  const replace = db.prepare('UPDATE packs SET oldest = ?, count = ?, events = ? WHERE id = ?')

  return {
    /** Deletes the old interactions of some of the packs that readers see, after this one. */
    expirePacks({ after, ...limit }: AgeLimit & { readonly after: PlaceOfPack }): ExpiredPacks {
      const { before } = limit
      const { generation } = state(limit.dataset)
      if (generation === PUT) return { dataset: limit.dataset, deleted: 0, late: 0, after: undefined } // none was imported
      const members = membersIn(generation)
      return expire(limit, generation, after, ([, newest, , count, id]) => {
        const flat = JSON.parse(eventsOf.get(id)!.events as string) as readonly unknown[]
        // In the order of time.
        const times = flat.filter((_, at) => at % members === 0) as readonly number[]
        if (newest < before) {
          remove.run(id)
          return times
        }
        const first = times.findIndex(time => time >= before)
        replace.run(times[first]!, count - first, JSON.stringify(flat.slice(first * members)), id)
        return times.slice(0, first)
      })
    },
  }
}
