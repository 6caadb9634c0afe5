import type { RowsKernel } from './kernel.ts'
import { PART_BITS, type PackedRows } from './packed-rows.ts'
import { Priors } from './priors.ts'
import { type ReachedRows, reach } from './reached-rows.ts'
import { BLOCK, BLOCK_BYTES, blocksOf, createRoom, LOG_BLOCK, type Room } from './room.ts'
import type { RowList } from './row-list.ts'
import type { SparseRows } from './sparse.ts'
import { TouchedBlocks } from './touched-blocks.ts'

/**
 * The scores of items if few have one; the others have 0. It lists the blocks of 16 items in which any has a score. So
 * a request costs as many steps as it scores items, also in a large catalogue. A sparse accumulator: Gilbert, Moler and
 * Schreiber, "Sparse matrices in MATLAB", SIAM Journal on Matrix Analysis and Applications 1992.
 */
export class Scores {
  /** By item. */
  readonly values: Float64Array
  /** Their sums with a prior. */
  readonly priors: Priors
  readonly #room: Room
  /** The address of the values in the room. */
  readonly #address: number
  /** Those in which any item has a score. */
  readonly #blocks: TouchedBlocks
  #parts: Scores | undefined
  /** Where the greatest score of each block has room, once it is needed. */
  #greatest: number | undefined

  constructor(items: number, room: Room = createRoom(items)) {
    this.#room = room
    this.#address = room.take(blocksOf(items) * BLOCK_BYTES)
    this.#blocks = new TouchedBlocks(items, room)
    // Looked up at the end, for room may be made in a longer buffer.
    this.values = new Float64Array(room.kernel.memory.buffer, this.#address, items)
    this.priors = new Priors(this.values, this.#blocks, room)
  }

  /** Adds to the score of an item. */
  add(item: number, score: number): void {
    this.#blocks.touch(item >> LOG_BLOCK)
    this.values[item]! += score
  }

  /** Adds weight · row of a matrix whose columns are items. */
  addRow({ offsets, columns, values: entries }: SparseRows, row: number, weight: number): void {
    // The inner loops of training and of every request: by local names they take half as long.
    const { values } = this
    const { list, isTouched } = this.#blocks
    const [start, end] = [offsets[row]!, offsets[row + 1]!]
    if (this.#blocks.hasMost(end - start)) {
      for (let at = start; at < end; at++) values[columns[at]!]! += weight * entries[at]!
      return
    }
    let { count } = this.#blocks
    for (let at = start; at < end; at++) {
      const item = columns[at]!
      const block = item >> LOG_BLOCK
      list[count] = block
      count += 1 - isTouched[block]!
      isTouched[block] = 1
      values[item]! += weight * entries[at]!
    }
    this.#blocks.count = count
  }

  /** The same with listed packed rows: the inner loop of a request. In one go where most blocks get a score. */
  addPackedRows(rows: PackedRows, list: RowList): void {
    const reached = reach(rows, this.#room)
    if (reached.kernel && rows.parts === 1 && this.#blocks.hasMost(longest(rows, list))) {
      reached.add(list, this.#address)
      return
    }
    for (let at = 0; at < list.length; at++) this.#addReachedRow(reached, list.rows[at]!, list.weights[at]!)
  }

  /** The same with one packed row. */
  addPackedRow(rows: PackedRows, row: number, weight: number): void {
    this.#addReachedRow(reach(rows, this.#room), row, weight)
  }

  #addReachedRow({ rows, kernel, columns, entries }: ReachedRows, row: number, weight: number): void {
    const { parts, offsets } = rows
    const scale = weight * rows.scales[row]!
    for (let part = 0; part < parts; part++) {
      const at = row * parts + part
      const [start, count] = [offsets[at]!, offsets[at + 1]! - offsets[at]!]
      if (kernel) this.#addPartBy(kernel, columns + 2 * start, entries + 2 * start, count, part << PART_BITS, scale)
      else this.#addPart(rows, start, start + count, part << PART_BITS, scale)
    }
  }

  // Not one loop with that of addRow: for arrays of two kinds it takes twice as long.
  #addPart({ columns, values: entries }: PackedRows, start: number, end: number, first: number, scale: number): void {
    const { values } = this
    const { list, isTouched } = this.#blocks
    if (this.#blocks.hasMost(end - start)) {
      for (let at = start; at < end; at++) values[first + columns[at]!]! += scale * entries[at]!
      return
    }
    let { count } = this.#blocks
    for (let at = start; at < end; at++) {
      const item = first + columns[at]!
      const block = item >> LOG_BLOCK
      list[count] = block
      count += 1 - isTouched[block]!
      isTouched[block] = 1
      values[item]! += scale * entries[at]!
    }
    this.#blocks.count = count
  }

  /** The same by the kernel, which takes half the time. */
  #addPartBy(kernel: RowsKernel, columns: number, entries: number, count: number, first: number, scale: number): void {
    const values = this.#address + 8 * first
    if (this.#blocks.hasMost(count)) kernel.addRow(values, columns, entries, count, scale)
    else {
      const [firstBlock, next] = [first >> LOG_BLOCK, this.#blocks.end]
      const isTouched = this.#blocks.isTouched.byteOffset
      const end = kernel.addRowAndList(values, columns, entries, count, scale, firstBlock, next, isTouched)
      this.#blocks.listedUntil(end)
    }
  }

  /**
   * Adds the j-th score to the j-th item, those above 0 of the first `length`: those of a dense model, in one go. The
   * kernel does it where it reaches both.
   */
  addPositive(items: Int32Array, scores: Float64Array, length = items.length): void {
    const { values } = this
    const { list, isTouched } = this.#blocks
    const hasMost = this.#blocks.hasMost(length)
    const kernel = items.buffer === scores.buffer ? this.#room.kernelOf(items.buffer) : undefined
    if (kernel) {
      const [from, to, touched] = [items.byteOffset, this.#blocks.end, isTouched.byteOffset]
      this.#blocks.listedUntil(kernel.addListed(this.#address, from, scores.byteOffset, length, to, touched))
      return
    }
    if (hasMost) {
      for (let j = 0; j < length; j++) values[items[j]!]! += Math.max(0, scores[j]!)
      return
    }
    let { count } = this.#blocks
    for (let j = 0; j < length; j++) {
      if (!(scores[j]! > 0)) continue
      const block = items[j]! >> LOG_BLOCK
      list[count] = block
      count += 1 - isTouched[block]!
      isTouched[block] = 1
      values[items[j]!]! += scores[j]!
    }
    this.#blocks.count = count
  }

  /**
   * Adds exp(numbers[j] − most) to the score of items[j], where the power is not below `least`, which is −87 at least.
   * Both arrays are in one memory that kernels reach, and their length is a multiple of 4; numbers beyond the last item
   * are −∞.
   * @param of `areFirst`: whether the items are those from 0 on, in their order
   */
  addExps(
    items: Int32Array,
    numbers: Float32Array,
    most: number,
    of: { readonly least: number; readonly areFirst: boolean },
  ): void {
    const { least, areFirst } = of
    const hasMost = this.#blocks.hasMost(items.length)
    const { addExps, addListedExps } = this.#room.kernelOf(numbers.buffer)!
    const [from, fours] = [numbers.byteOffset, items.length / 4]
    if (areFirst && hasMost) {
      addExps(this.#address, from, fours, most, least)
      return
    }
    const [next, isTouched] = [this.#blocks.end, this.#blocks.isTouched.byteOffset]
    const end = addListedExps(this.#address, items.byteOffset, from, fours, most, least, next, isTouched)
    this.#blocks.listedUntil(end)
  }

  /** Room for scores that are to be added to these; its user clears it first. */
  get parts(): Scores {
    this.#parts ??= new Scores(this.values.length, this.#room)
    return this.#parts
  }

  /** Adds weight · log(1 + score / most / floor) for each score above 0 of `parts`, `most` being the greatest. */
  addLogsOfParts(weight: number, floor: number): void {
    const { parts } = this
    const scale = 1 / (floor * (parts.greatest() || 1))
    this.#blocks.touchThoseOf(parts.#blocks)
    const { kernel } = this.#room
    kernel.addLogs(this.#address, parts.#address, parts.#blocks.address, parts.#blocks.count, weight, scale)
  }

  /** The items that have a score other than 0, in rising order. */
  items(): Int32Array {
    this.#blocks.sort()
    const { kernel, list } = this.#room
    const count = kernel.listScores(this.#address, this.#blocks.address, this.#blocks.count, list.byteOffset)
    return list.slice(0, count)
  }

  /**
   * Items among which those with the k greatest scores are, or all that have a score other than 0, in rising order.
   * With k blocks that reach a score, k items do.
   */
  among(k: number): Int32Array {
    if (k === 0 || this.#blocks.count <= k) return this.items()
    this.#blocks.sort()
    const { kernel, list, take } = this.#room
    const [blocks, count] = [this.#blocks.address, this.#blocks.count]
    this.#greatest ??= take(8 * this.#blocks.size)
    kernel.greatestOfBlocks(this.#address, blocks, count, this.#greatest)
    const least = kernel.nthGreatest(this.#greatest, count, k)
    if (!(least > 0)) return this.items()
    return list.slice(0, kernel.listScoresFrom(this.#address, blocks, count, least, list.byteOffset))
  }

  /** About how many items have a score: all of the blocks that any of theirs has. */
  get scored(): number {
    return BLOCK * this.#blocks.count
  }

  /** The greatest score, 0 where none is above. */
  greatest(): number {
    return this.#room.kernel.greatestScore(this.#address, this.#blocks.address, this.#blocks.count)
  }

  /** Makes all scores 0 again. */
  clear(): void {
    this.#room.kernel.clearScores(this.#address, this.#blocks.address, this.#blocks.count)
    this.#blocks.clear()
  }
}

/** How many entries the longest of listed rows has. */
function longest({ offsets }: PackedRows, { rows, length }: RowList): number {
  let most = 0
  for (let at = 0; at < length; at++) most = Math.max(most, offsets[rows[at]! + 1]! - offsets[rows[at]!]!)
  return most
}
