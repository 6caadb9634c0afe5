/**
 * Numbers below `size`, each once, taken out in rising order: a bitmap of two levels. This is much faster than sorting.
 * To empty it costs a step for each number, and `size` / 1024.
 */
export class SortedSet {
  /** Bit i % 32 of word i / 32 says whether i is there. */
  readonly #words: Int32Array
  /** The same of the words: whether any bit of one is set. */
  readonly #blocks: Int32Array

  constructor(size: number) {
    this.#words = new Int32Array(Math.ceil(size / 32))
    this.#blocks = new Int32Array(Math.ceil(this.#words.length / 32))
  }

  add(number: number): void {
    const word = number >>> 5
    this.#words[word]! |= 1 << number
    this.#blocks[word >>> 5]! |= 1 << word
  }

  /** Writes all numbers to `out`, in rising order, and forgets them. Returns how many there are. */
  drain(out: Int32Array): number {
    let count = 0
    for (let block = 0; block < this.#blocks.length; block++) {
      for (let words = this.#blocks[block]!; words !== 0; words &= words - 1) {
        const word = (block << 5) + lowestBit(words)
        for (let bits = this.#words[word]!; bits !== 0; bits &= bits - 1) out[count++] = (word << 5) + lowestBit(bits)
        this.#words[word] = 0
      }
      this.#blocks[block] = 0
    }
    return count
  }
}

const lowestBit = (bits: number) => 31 - Math.clz32(bits & -bits)
