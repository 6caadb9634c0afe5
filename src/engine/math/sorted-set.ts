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

  /** Adds numbers[from .. end]. */
  addAll(numbers: Int32Array, from: number, end: number): void {
    const [words, blocks] = [this.#words, this.#blocks]
    for (let at = from; at < end; at++) {
      const word = numbers[at]! >>> 5
      words[word]! |= 1 << numbers[at]!
      blocks[word >>> 5]! |= 1 << word
    }
  }

  /** Writes all numbers to `out`, in rising order, and forgets them. Returns how many there are. */
  drain(out: Int32Array): number {
    const [words, blocks] = [this.#words, this.#blocks]
    let count = 0
    for (let block = 0; block < blocks.length; block++) {
      for (let rest = blocks[block]!; rest !== 0; rest &= rest - 1) {
        const word = (block << 5) + lowestBit(rest)
        for (let bits = words[word]!; bits !== 0; bits &= bits - 1) out[count++] = (word << 5) + lowestBit(bits)
        words[word] = 0
      }
      blocks[block] = 0
    }
    return count
  }
}

const lowestBit = (bits: number) => 31 - Math.clz32(bits & -bits)
