import { digestOf } from '../../digest.ts'
import type { ImportedInteraction } from '../../rows.ts'
import { copy, ROWS_AT_ONCE } from '../copy.ts'
import { CopyRows } from '../copy-rows.ts'
import type { Database } from '../database.ts'

/** COPYs under way at the same time, while rows of the next are written: one waits for its commit, the other writes. */
const COPIES = 2

const COLUMNS = 14

/** Where the user's id begins in a row: after the number of columns, the dataset, the source and its own length. */
const KEY_FROM = 2 + 12 + 12 + 4

/**
 * Stages interactions: rows become bytes as they come, so that nothing else of them is kept. Where more of them come
 * soon they wait for these, until a COPY is full. The promise is fulfilled when they are committed.
 */
export function openStagedInteractions(db: Database) {
  /** Those that wait for their COPY; all but the last are full. */
  const waiting: Filling[] = []
  let isLast = false
  let underWay = 0

  const sendNext = () => {
    const [filling] = waiting
    if (!filling || underWay === COPIES || !(isLast || isFull(filling))) return
    waiting.shift()
    if (waiting.length === 0) isLast = false
    underWay++
    copy(db, 'interactions', filling.rows.finishInOrder(KEY_FROM), 'DO NOTHING')
      .then(filling.stored, filling.failed)
      .finally(() => {
        underWay--
        sendNext()
      })
    sendNext()
  }
  const lastWaiting = (): Filling => {
    const last = waiting.at(-1)
    if (last && !isFull(last)) return last
    const filling = openFilling()
    waiting.push(filling)
    return filling
  }
  return async (
    dataset: number,
    generation: number,
    interactions: readonly ImportedInteraction[],
    seq = generation,
    isMore = false,
  ): Promise<void> => {
    const stored = new Set<Promise<void>>()
    for (const interaction of interactions) {
      const { rows, keys, whenStored } = lastWaiting()
      writeRow(rows, keys, { dataset, generation, seq }, interaction)
      stored.add(whenStored)
    }
    isLast ||= !isMore && waiting.length > 0
    sendNext()
    // All have ended where one has failed: then the rows are there to throw away.
    await Promise.allSettled(stored)
    await Promise.all(stored)
  }
}

// Rows with one key count too: whoever has many under way waits for the first, and would for ever.
const isFull = ({ keys }: Filling) => keys.added === ROWS_AT_ONCE

/** The rows of a COPY that has not begun. */
interface Filling {
  readonly rows: CopyRows
  readonly keys: KeysOfRows
  readonly whenStored: Promise<void>
  stored(): void
  failed(error: unknown): void
}

function openFilling(): Filling {
  const rows = new CopyRows()
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  return { rows, keys: new KeysOfRows(rows), whenStored: promise, stored: resolve, failed: reject }
}

interface Place {
  readonly dataset: number
  readonly generation: number
  readonly seq: number
}

/** Writes an interaction, unless one with its key is there. */
function writeRow(rows: CopyRows, keys: KeysOfRows, place: Place, interaction: ImportedInteraction): void {
  const { userId, timestampMs, itemId, eventType, eventValue, details } = interaction
  const start = rows.end
  const digest = digestOfAll(interaction)
  rows.row(COLUMNS)
  rows.bigint(place.dataset)
  rows.bigint(place.generation)
  rows.text(userId)
  rows.bigint(timestampMs)
  rows.bigint(digest)
  if (!keys.add(start)) {
    rows.cutRow()
    return
  }
  rows.text(itemId)
  rows.text(eventType)
  rows.bigint(place.seq)
  if (eventValue === null) rows.null()
  else rows.double(eventValue)
  rows.text(details)
  rows.null() // session
  rows.null() // event id
  rows.boolean(false) // anonymous
  rows.boolean(false) // repeated
}

/** A power of two, so that at most a third are taken. */
const SLOTS = 2 ** Math.ceil(Math.log2(3 * ROWS_AT_ONCE))

/** The keys of rows that were written, which are their first bytes: COPY would fail at one that is there twice. */
class KeysOfRows {
  /** How often a key was added, whether it was there or not. */
  added = 0
  readonly #rows: CopyRows
  /** Open addressing: the place of a row and the length of its key, which is 0 where there is none. */
  readonly #slots = new Int32Array(2 * SLOTS)
  readonly #hashes = new Int32Array(SLOTS)

  constructor(rows: CopyRows) {
    this.#rows = rows
  }

  /** Adds the key that was just written, from `start` to the end. Returns whether it was not there. */
  add(start: number): boolean {
    this.added++
    const hash = this.#rows.hashOf(start + KEY_FROM, this.#rows.end)
    const length = this.#rows.end - start
    const slot = this.#slotOf(start, length, hash)
    if (this.#slots[2 * slot + 1] !== 0) return false
    this.#fill(slot, start, length, hash)
    return true
  }

  /** The slot that has this key, or that it would have. */
  #slotOf(start: number, length: number, hash: number): number {
    const mask = SLOTS - 1
    for (let slot = (Math.imul(hash, 0x9e3779b1) >>> 7) & mask; ; slot = (slot + 1) & mask) {
      const found = this.#slots[2 * slot + 1]!
      if (found === 0) return slot
      const isAlike = found === length && this.#hashes[slot] === hash
      if (isAlike && this.#rows.areSame(this.#slots[2 * slot]!, start, length)) return slot
    }
  }

  #fill(slot: number, start: number, length: number, hash: number): void {
    this.#slots[2 * slot] = start
    this.#slots[2 * slot + 1] = length
    this.#hashes[slot] = hash
  }
}

/** Of all that is not in the key of the table. */
export function digestOfAll({ itemId, eventType, eventValue, details }: ImportedInteraction): number {
  return digestOf(`${JSON.stringify([itemId, eventType, eventValue])}${details}`)
}
