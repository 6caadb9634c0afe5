import { fnv1a, mixed } from '../../engine/text/hash.ts'

/** Slots at first; a power of two. */
const SLOTS = 1 << 10
/** Characters at first. */
const CHARACTERS = 1 << 13
/** A slot has a hash (0 where it is free), the number of an id, where its characters begin, and how many these are. */
const MEMBERS = 4

/**
 * The numbers of ids, from 0 on in the order in which they came. A hash table with linear probing (Knuth, "The Art of
 * Computer Programming" 3, 6.4), at most two thirds full. The characters of all ids lie together. So a look-up reads
 * from two places of the memory, where that of a Map reads from three or four. For 165 ids that no cache has it takes
 * half the time.
 */
export class IdNumbers {
  #slots = new Int32Array(MEMBERS * SLOTS)
  /** The first bits of a hash say where its slot is, so that a larger table has them in the same order. */
  #shift = 32 - Math.log2(SLOTS)
  #characters = new Uint16Array(CHARACTERS)
  #used = 0
  #size = 0

  /** How many ids have a number. */
  get size(): number {
    return this.#size
  }

  /** −1 for an id that has none. */
  get(id: string): number {
    return this.getIn(id, 0, id.length)
  }

  /** The same of an id that is the part of a text from one place to another. */
  getIn(text: string, begin: number, end: number): number {
    const [slots, characters, hash, length] = [this.#slots, this.#characters, hashOf(text, begin, end), end - begin]
    for (let at = MEMBERS * (hash >>> this.#shift); slots[at] !== 0; at = next(at, slots)) {
      if (slots[at] !== hash || slots[at + 3] !== length) continue
      const from = slots[at + 2]!
      let same = 0
      while (same < length && characters[from + same] === text.charCodeAt(begin + same)) same++
      if (same === length) return slots[at + 1]!
    }
    return -1
  }

  /** Returns the next number, which is that of this id from now on. @param id one without a number */
  add(id: string): number {
    if (3 * this.#size >= (2 * this.#slots.length) / MEMBERS) this.#grow()
    if (this.#used + id.length > this.#characters.length) this.#growCharacters(id.length)
    put(this.#slots, this.#shift, hashOf(id, 0, id.length), this.#size, this.#used, id.length)
    for (let at = 0; at < id.length; at++) this.#characters[this.#used++] = id.charCodeAt(at)
    return this.#size++
  }

  #grow(): void {
    const slots = this.#slots
    this.#slots = new Int32Array(2 * slots.length)
    this.#shift--
    for (let at = 0; at < slots.length; at += MEMBERS)
      if (slots[at] !== 0) put(this.#slots, this.#shift, slots[at]!, slots[at + 1]!, slots[at + 2]!, slots[at + 3]!)
  }

  #growCharacters(more: number): void {
    const longer = new Uint16Array(Math.max(this.#used + more, 2 * this.#characters.length))
    longer.set(this.#characters)
    this.#characters = longer
  }
}

/** Writes into the first free slot for a hash. */
function put(slots: Int32Array, shift: number, hash: number, number: number, from: number, length: number): void {
  let at = MEMBERS * (hash >>> shift)
  while (slots[at] !== 0) at = next(at, slots)
  slots[at] = hash
  slots[at + 1] = number
  slots[at + 2] = from
  slots[at + 3] = length
}

const next = (at: number, { length }: Int32Array) => (at + MEMBERS) & (length - 1)

/** Another one in each process, so that nobody can choose ids that all have one slot. */
const seed = Math.floor(2 ** 32 * Math.random()) | 0

/** A hash of 32 bits, not 0. It is mixed since its first bits choose the slot. */
function hashOf(text: string, begin: number, end: number): number {
  return mixed(fnv1a(text, seed, begin, end)) | 1
}
