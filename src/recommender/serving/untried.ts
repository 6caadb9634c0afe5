import type { Schema } from '../../datasets/schema.ts'
import type { Exposure } from '../training/exposure.ts'
import { inTurns } from './in-turns.ts'
import type { ItemIndex } from './item-index.ts'
import { creationOf, putInOrderOfCreation, sortByCreation } from './newest-items.ts'

/** The items that exploration chooses from: they have few events, or came after the training. */
export interface UntriedItems {
  /** Where they are many, the newest and others that the seed chooses. */
  items(seed: number): Int32Array
  /** To be called with each item that an event was of. */
  addEvent(item: number): void
  /** To be called when the events of all items were counted anew. Resolves when `items` knows. */
  recounted(): Promise<void>
  /**
   * When an item came, in milliseconds since 1970: by CREATION_TIMESTAMP, else when it was first met, else just now.
   */
  createdAt(item: number): number
}

/** This many are looked at for a request, these of them the newest. */
const LOOKED_AT_MAX = 500
const NEWEST_MAX = 100

/** This many items are looked through between two looks at the event loop: a millisecond. */
const LOOKED_THROUGH = 100_000

/** An item with a quarter of the events that items have in the mean, and with fewer than 200, is little known. */
const FEW_SHARE = 0.25
const FEW_MAX = 200

/** Follows an item index: which of its items have few events, or came after the training. */
export async function openUntried(itemIndex: ItemIndex, exposure: Exposure, schema: Schema): Promise<UntriedItems> {
  const creation = creationOf(itemIndex, schema)
  let few = fewOf(exposure)
  // However many events an item got since the training, the model has no score by them.
  const isLittleKnown = (item: number) => item >= itemIndex.trained || (exposure.events[item] ?? 0) < few
  function* listed() {
    const all = new Int32Array(itemIndex.size)
    let count = 0
    for (let item = 0; item < all.length; item++) {
      if (isLittleKnown(item)) all[count++] = item
      if (item % LOOKED_THROUGH === 0) yield
    }
    return yield* sortByCreation(all.slice(0, count), itemIndex, schema)
  }
  let list = await inTurns(listed())
  /** Those that came or changed since the list was made. */
  const changed = new Set<number>()
  /** Those that did while it is made anew. */
  let meanwhile: Set<number> | undefined
  const note = (item: number) => {
    changed.add(item)
    meanwhile?.add(item)
  }
  itemIndex.follow(item => {
    if (isLittleKnown(item)) note(item)
  })
  const replace = (others: Int32Array, isChanged: Iterable<number> = []) => {
    list = others
    changed.clear()
    for (const item of isChanged) changed.add(item)
  }
  return {
    addEvent(item) {
      // It was, before this event.
      if (!isLittleKnown(item) && exposure.events[item]! - 1 < few) note(item)
    },
    async recounted() {
      few = fewOf(exposure)
      const found = new Set<number>()
      meanwhile = found
      replace(await inTurns(listed()), found)
      if (meanwhile === found) meanwhile = undefined
    },
    items(seed) {
      if (changed.size > 0) replace(putInOrderOfCreation(list, changed, { itemIndex, schema, isWanted: isLittleKnown }))
      if (list.length <= LOOKED_AT_MAX) return list
      const older = list.subarray(0, -NEWEST_MAX)
      const chosen = list.slice(-LOOKED_AT_MAX)
      // Around the end of the older ones to their beginning.
      const some = older.subarray(seed % older.length).subarray(0, LOOKED_AT_MAX - NEWEST_MAX)
      chosen.set(some)
      chosen.set(older.subarray(0, LOOKED_AT_MAX - NEWEST_MAX - some.length), some.length)
      return chosen
    },
    createdAt(item) {
      const created = creation(item)
      if (Number.isFinite(created)) return created * 1000
      const first = exposure.first[item] ?? Number.POSITIVE_INFINITY
      return Number.isFinite(first) ? first : exposure.newest
    },
  }
}

/** Fewer events than this are few. */
function fewOf({ events }: Exposure): number {
  const total = events.reduce((sum, count) => sum + count, 0)
  const met = events.reduce((count, events) => count + (events > 0 ? 1 : 0), 0)
  return Math.min(FEW_MAX, Math.max(1, (FEW_SHARE * total) / Math.max(1, met)))
}
