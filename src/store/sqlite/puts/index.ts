import type { StoredRecord } from '../../rows.ts'

/** A million records are four to a chain. */
const CHAINS = 1 << 18

/**
 * The puts in which a record may be. Each entry is a hash of the id and the number of the put, 16 bytes, in chains of
 * hashes that end alike. They lie outside of V8's heap: a map of a million ids costs PutUsers as much again in the
 * garbage collector as in the map. Hashes can collide, so the caller checks the put itself.
 *
 * The next question puts new entries into their chains, all at once. A chain's end is seldom in the processor's caches
 * when a call comes, and calls are many more than questions.
 */
export class PutIndex {
  size = 0
  #hashes = new Int32Array(1024)
  #seqs = new Float64Array(1024)
  /** The place of the one before in its chain, and of the last in each, both plus one: 0 is none. */
  #before = new Int32Array(1024)
  readonly #last = new Int32Array(CHAINS)
  /** How many entries are in chains. */
  #chained = 0

  add(dataset: number, records: readonly StoredRecord[], seq: number): void {
    if (this.size + records.length > this.#seqs.length) this.#grow(this.size + records.length)
    for (const { id } of records) {
      this.#hashes[this.size] = hashOf(dataset, id)
      this.#seqs[this.size++] = seq
    }
  }

  /** The numbers of the puts, those that were added last first. */
  *mayHave(dataset: number, id: string): Generator<number> {
    this.#chain()
    const hash = hashOf(dataset, id)
    for (let place = this.#last[hash & (CHAINS - 1)]!; place > 0; place = this.#before[place - 1]!)
      if (this.#hashes[place - 1] === hash) yield this.#seqs[place - 1]!
  }

  clear(): void {
    for (let place = 0; place < this.#chained; place++) this.#last[this.#hashes[place]! & (CHAINS - 1)] = 0
    this.#chained = 0
    this.size = 0
  }

  #chain(): void {
    for (; this.#chained < this.size; this.#chained++) {
      const chain = this.#hashes[this.#chained]! & (CHAINS - 1)
      this.#before[this.#chained] = this.#last[chain]!
      this.#last[chain] = this.#chained + 1
    }
  }

  #grow(size: number): void {
    const room = Math.max(size, 2 * this.#seqs.length)
    const grown = <Numbers extends Int32Array | Float64Array>(numbers: Numbers, larger: Numbers): Numbers => {
      larger.set(numbers)
      return larger
    }
    this.#hashes = grown(this.#hashes, new Int32Array(room))
    this.#seqs = grown(this.#seqs, new Float64Array(room))
    this.#before = grown(this.#before, new Int32Array(room))
  }
}

/** FNV-1a, by character. */
function hashOf(dataset: number, id: string): number {
  let hash = 0x811c9dc5 ^ dataset
  for (let i = 0; i < id.length; i++) hash = Math.imul(hash ^ id.charCodeAt(i), 0x01000193)
  return hash ^ (hash >>> 15)
}
