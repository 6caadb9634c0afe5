/** With three bits each and this many keys to a word, one key in thirty that was not added seems to be there. */
export const ENTRIES_A_WORD = 4

/** A Bloom filter of hashes of 48 bits (`store/digest.ts`), three bits of one word of 32 for each. */
export class Bits {
  readonly #words: Int32Array
  added = 0

  /** @param words a power of two */
  constructor(words: number) {
    this.#words = new Int32Array(words)
  }

  get words(): number {
    return this.#words.length
  }

  get isFull(): boolean {
    return this.added > ENTRIES_A_WORD * this.#words.length
  }

  /** @param of 32 bits that stand for what has the hash */
  add(of: number, hash: number): void {
    this.#words[this.#wordOf(of, hash)]! |= maskOf(hash)
    this.added++
  }

  mayHave(of: number, hash: number): boolean {
    const mask = maskOf(hash)
    return (this.#words[this.#wordOf(of, hash)]! & mask) === mask
  }

  #wordOf(of: number, hash: number): number {
    return (hash ^ Math.imul(of, 0x9e3779b1)) & (this.#words.length - 1)
  }
}

/** Three bits of a word, chosen by the upper 16 of the 48 bits of a hash. */
function maskOf(hash: number): number {
  const upper = hash / 2 ** 32
  return (1 << (upper & 31)) | (1 << ((upper >> 5) & 31)) | (1 << ((upper >> 10) & 31))
}
