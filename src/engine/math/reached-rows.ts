import type { RowsKernel } from './kernel.ts'
import type { PackedRows } from './packed-rows.ts'
import type { Room } from './room.ts'
import { copyWithHeads, type HeadedRows } from './row-heads.ts'
import type { RowList } from './row-list.ts'

/** The kernel takes this many rows at once; this many are listed for it. */
const [TOGETHER, LISTED] = [4, 256]
/** A listed row has six integers: its head, its columns, two that are its scale, its entries, and their count. */
const LISTED_BYTES = 24

/** Rows, and where a kernel finds their columns and entries; without one where none reaches them. */
export class ReachedRows {
  readonly rows: PackedRows
  readonly kernel: RowsKernel | undefined
  /** The addresses. */
  readonly columns: number
  readonly entries: number
  readonly #room: Room
  #listed: ListedRows | undefined

  constructor(rows: PackedRows, room: Room) {
    const { columns, values } = rows
    this.rows = rows
    this.kernel = columns instanceof Uint16Array ? room.kernelOf(values.buffer) : undefined
    this.columns = columns.byteOffset
    this.entries = values.byteOffset
    this.#room = room
  }

  /**
   * Adds listed rows, of one part each, to the values at an address; a kernel reaches them. The sums are those of one
   * row after the other, to the bit.
   */
  add(list: RowList, values: number): void {
    this.#listed ??= new ListedRows(this, this.kernel!, this.#room)
    this.#listed.add(list, values)
  }
}

/** The list of rows that a kernel adds. */
class ListedRows {
  readonly #reached: ReachedRows
  readonly #headed: HeadedRows | undefined
  readonly #kernel: RowsKernel
  readonly #integers: Int32Array
  readonly #numbers: Float64Array

  constructor(reached: ReachedRows, kernel: RowsKernel, room: Room) {
    this.#reached = reached
    this.#headed = copyWithHeads(reached.rows, room)
    this.#kernel = this.#headed?.kernel ?? kernel
    const address = room.take(LISTED_BYTES * LISTED)
    const { buffer } = room.kernel.memory
    this.#integers = new Int32Array(buffer, address, (LISTED_BYTES / 4) * LISTED)
    this.#numbers = new Float64Array(buffer, address, (LISTED_BYTES / 8) * LISTED)
  }

  add({ rows, weights, length }: RowList, values: number): void {
    const list = this.#integers.byteOffset
    const { scales } = this.#reached.rows
    for (let from = 0; from < length; from += LISTED) {
      const some = Math.min(LISTED, length - from)
      const padded = TOGETHER * Math.ceil(some / TOGETHER)
      for (let at = 0; at < padded; at++) {
        // The head of the last row again, times 0, changes nothing.
        const place = from + Math.min(at, some - 1)
        this.#write(at, rows[place]!)
        this.#numbers[3 * at + 1] = at < some ? weights[place]! * scales[rows[place]!]! : 0
        if (at >= some) this.#integers[6 * at + 5] = 0
      }
      this.#kernel.addRows(values, this.#headed?.bytes ?? 0, list, list + LISTED_BYTES * padded)
    }
  }

  /** Writes where a row is. */
  #write(at: number, row: number): void {
    const [integers, headed] = [this.#integers, this.#headed]
    if (headed) {
      const columns = headed.starts[row]! + headed.bytes
      integers[6 * at] = headed.starts[row]!
      integers[6 * at + 1] = columns
      integers[6 * at + 4] = columns + 2 * headed.counts[row]!
      integers[6 * at + 5] = headed.counts[row]!
    } else {
      const { rows, columns, entries } = this.#reached
      const start = rows.offsets[row]!
      integers[6 * at + 1] = columns + 2 * start
      integers[6 * at + 4] = entries + 2 * start
      integers[6 * at + 5] = rows.offsets[row + 1]! - start
    }
  }
}

const all = new WeakMap<Room, WeakMap<PackedRows, ReachedRows>>()

/** The same for all scores in a room. */
export function reach(rows: PackedRows, room: Room): ReachedRows {
  const inRoom = all.getOrInsertComputed(room, () => new WeakMap<PackedRows, ReachedRows>())
  return inRoom.getOrInsertComputed(rows, () => new ReachedRows(rows, room))
}
