import { type Schema, valueFields } from '../../datasets/schema.ts'
import type { Exposure } from '../training/exposure.ts'
import type { Shelf } from './item-index.ts'

/** The items of a shelf with few events for it, which exploration chooses from. */
export interface UntriedItems {
  /** Where they are many, the newest and others that the seed chooses. */
  items(seed: number): readonly number[]
  /**
   * When an item came, in milliseconds since 1970: by CREATION_TIMESTAMP, else when it was first met, else just now.
   */
  createdAt(item: number): number
}

/** This many are looked at for a request, these of them the newest. */
const LOOKED_AT_MAX = 500
const NEWEST_MAX = 100

/** An item with a quarter of the events that items have in the mean, and with fewer than 200, is little known. */
const FEW_SHARE = 0.25
const FEW_MAX = 200

/** Follows a shelf: which of its items have few events. */
export function openUntried(shelf: Shelf, exposure: Exposure, schema: Schema): UntriedItems {
  const place = valueFields(schema).findIndex(({ name }) => name === 'CREATION_TIMESTAMP')
  const total = exposure.events.reduce((sum, count) => sum + count, 0)
  const met = exposure.events.reduce((count, events) => count + (events > 0 ? 1 : 0), 0)
  const few = Math.min(FEW_MAX, Math.max(1, (FEW_SHARE * total) / Math.max(1, met)))
  const isFew = (item: number) => (exposure.events[item] ?? 0) < few
  const untried = new Set<number>()
  for (let item = 0; item < shelf.size; item++) if (isFew(item)) untried.add(item)
  let list = [...untried]
  shelf.follow(item => {
    if (!isFew(item) || untried.has(item)) return
    untried.add(item)
    list.push(item)
  })
  return {
    items(seed) {
      if (list.length <= LOOKED_AT_MAX) {
        list = list.filter(isFew)
        return list
      }
      const older = list.length - NEWEST_MAX
      const first = seed % older
      const chosen = Array.from({ length: LOOKED_AT_MAX - NEWEST_MAX }, (_, n) => list[(first + n) % older]!)
      return [...chosen, ...list.slice(older)].filter(isFew)
    },
    createdAt(item) {
      const created = shelf.candidate(item).fields[place]
      if (created != null) return Number(created) * 1000
      const first = exposure.first[item] ?? Number.POSITIVE_INFINITY
      return Number.isFinite(first) ? first : exposure.newest
    },
  }
}
