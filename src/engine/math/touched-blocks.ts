import { blocksOf, type Room } from './room.ts'

/** The blocks of 16 items in which any has a score, each listed once. */
export class TouchedBlocks {
  /** The blocks in the order in which they were touched; the first `count` of them count. */
  readonly list: Int32Array
  /** By block, 1 where it is listed. */
  readonly isTouched: Uint8Array
  count = 0

  constructor(items: number, { kernel, take }: Room) {
    const blocks = blocksOf(items)
    // One more than there are blocks: a loop over a row writes before it knows whether it is a new one.
    const [list, touched] = [take(4 * (blocks + 1)), take(blocks)]
    // Looked up at the end, for room may be made in a longer buffer.
    const { buffer } = kernel.memory
    this.list = new Int32Array(buffer, list, blocks + 1)
    this.isTouched = new Uint8Array(buffer, touched, blocks)
  }

  /** How many blocks there are, listed or not. */
  get size(): number {
    return this.isTouched.length
  }

  /** Whether every block is listed. */
  get areAll(): boolean {
    return this.count === this.size
  }

  /** The address of the list. */
  get address(): number {
    return this.list.byteOffset
  }

  /** The address at which the next block is listed. */
  get end(): number {
    return this.address + 4 * this.count
  }

  /** Takes the blocks that a kernel listed. @param end the address after the last of them */
  listedUntil(end: number): void {
    this.count = (end - this.address) >> 2
  }

  touch(block: number): void {
    if (this.isTouched[block] === 1) return
    this.isTouched[block] = 1
    this.list[this.count++] = block
  }

  /** The same for each block of others. */
  touchThoseOf({ list, count }: TouchedBlocks): void {
    if (!this.areAll) for (let at = 0; at < count; at++) this.touch(list[at]!)
  }

  /** Whether most blocks are listed, or will be after this many more scores; then it lists them all at once. */
  hasMost(more: number): boolean {
    if (2 * Math.max(this.count, more) <= this.size) return false
    if (!this.areAll) this.#touchAll()
    return true
  }

  #touchAll(): void {
    this.isTouched.fill(1)
    this.count = this.size
    for (let block = 0; block < this.count; block++) this.list[block] = block
  }

  /** Puts the list into rising order. */
  sort(): void {
    const { list, isTouched } = this
    if (this.count * 16 < isTouched.length) {
      list.subarray(0, this.count).sort()
      return
    }
    let count = 0
    for (let block = 0; block < isTouched.length; block++) {
      list[count] = block
      count += isTouched[block]!
    }
  }

  clear(): void {
    if (this.areAll) this.isTouched.fill(0)
    else for (let at = 0; at < this.count; at++) this.isTouched[this.list[at]!] = 0
    this.count = 0
  }
}
