import { createRowsKernel, type RowsKernel } from './kernel.ts'
import type { PackedRows } from './packed-rows.ts'
import { BLOCK, type Room } from './room.ts'

/**
 * Copies of rows that begin with a head: a number for each column, up to one before which most rows have an entry. The
 * items of low numbers are the popular ones. So a kernel adds most entries without looking at their columns. The
 * columns of the others and these entries follow, so that a row is one piece of memory.
 */
export interface HeadedRows {
  readonly kernel: RowsKernel
  /** Of a head. */
  readonly bytes: number
  /** The address of each row, and how many entries follow its head. */
  readonly starts: Int32Array
  readonly counts: Int32Array
}

/** The share of rows that have an entry in a column down to which heads go on: of .25 to .5 none is faster. */
const SHARE = 0.4
/** This many rows at most are looked at for it. */
const LOOKED_AT = 512
/** Each thread has copies of its own. */
const BYTES_MAX = 16 << 20

/** Copies rows of one part into a room; undefined where heads are not worth it, or would take too much memory. */
export function copyWithHeads(rows: PackedRows, { kernel, take }: Room): HeadedRows | undefined {
  const { offsets, columns, values } = rows
  const count = offsets.length - 1
  const width = widthOf(rows, count)
  if (width === 0) return undefined
  const [starts, counts] = [new Int32Array(count), new Int32Array(count)]
  let bytes = 0
  for (let row = 0; row < count; row++) {
    starts[row] = bytes
    counts[row] = offsets[row + 1]! - endOfHead(rows, row, width)
    bytes += 8 * Math.ceil((2 * width + 4 * counts[row]!) / 8)
  }
  if (bytes > BYTES_MAX) return undefined
  const address = take(bytes)
  const copies = new Int16Array(kernel.memory.buffer, address, bytes / 2)
  for (let row = 0; row < count; row++) {
    const [head, end] = [starts[row]! / 2, endOfHead(rows, row, width)]
    for (let at = offsets[row]!; at < end; at++) copies[head + columns[at]!] = values[at]!
    copies.set(columns.subarray(end, offsets[row + 1]), head + width)
    copies.set(values.subarray(end, offsets[row + 1]), head + width + counts[row]!)
    starts[row]! += address
  }
  return { kernel: createRowsKernel(kernel.memory, kernel.memory), bytes: 2 * width, starts, counts }
}

/** The place of the first entry of a row that is not in its head. */
function endOfHead({ offsets, columns }: PackedRows, row: number, width: number): number {
  let at = offsets[row]!
  while (at < offsets[row + 1]! && columns[at]! < width) at++
  return at
}

/** How many columns heads have: whole blocks. Some rows from all over the matrix tell it. */
function widthOf({ offsets, columns }: PackedRows, count: number): number {
  if (count === 0) return 0
  const blocks = Math.floor(BYTES_MAX / (2 * BLOCK * count))
  const entries = new Int32Array(blocks)
  const step = Math.ceil(count / LOOKED_AT)
  let rows = 0
  for (let row = 0; row < count; row += step) {
    rows++
    for (let at = offsets[row]!; at < offsets[row + 1]! && columns[at]! < BLOCK * blocks; at++)
      entries[Math.floor(columns[at]! / BLOCK)]!++
  }
  const end = entries.findIndex(inBlock => inBlock < SHARE * BLOCK * rows)
  return BLOCK * (end < 0 ? blocks : end)
}
