/** A million entries are four to a chain. */
const CHAINS = 1 << 18

/**
 * The puts in which an id may be. Each entry is a hash of the id and the number of the put, 16 bytes, in chains of
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
  readonly #last: Int32Array
  /** How many entries are in chains. */
  #chained = 0

  /** @param chains a power of two */
  constructor(chains = CHAINS) {
    this.#last = new Int32Array(chains)
  }

  /** @param id a text, or 48 bits that stand for one */
  add(dataset: number, id: string | number, seq: number): void {
    if (this.size === this.#seqs.length) this.#grow()
    this.#hashes[this.size] = hashOf(dataset, id)
    this.#seqs[this.size++] = seq
  }

  /** The numbers of the puts, those that were added last first, each once. */
  *mayHave(dataset: number, id: string | number): Generator<number> {
    if (this.size === 0) return
    this.#chain()
    const hash = hashOf(dataset, id)
    let before = -1
    for (let place = this.#lastOf(hash); place > 0; place = this.#before[place - 1]!) {
      const seq = this.#seqs[place - 1]!
      // A put that has an id twice added it twice, one after the other.
      if (this.#hashes[place - 1] === hash && seq !== before) yield seq
      if (this.#hashes[place - 1] === hash) before = seq
    }
  }

  /** Whether any put may have it: a tenth of the time of `mayHave`. */
  hasAny(dataset: number, id: string | number): boolean {
    if (this.size === 0) return false
    this.#chain()
    const hash = hashOf(dataset, id)
    let place = this.#lastOf(hash)
    while (place > 0 && this.#hashes[place - 1] !== hash) place = this.#before[place - 1]!
    return place > 0
  }

  #lastOf(hash: number): number {
    return this.#last[hash & (this.#last.length - 1)]!
  }

  clear(): void {
    for (let place = 0; place < this.#chained; place++) this.#last[this.#hashes[place]! & (this.#last.length - 1)] = 0
    this.#chained = 0
    this.size = 0
  }

  #chain(): void {
    for (; this.#chained < this.size; this.#chained++) {
      const chain = this.#hashes[this.#chained]! & (this.#last.length - 1)
      this.#before[this.#chained] = this.#last[chain]!
      this.#last[chain] = this.#chained + 1
    }
  }

  #grow(): void {
    const room = 2 * this.#seqs.length
    const grown = <Numbers extends Int32Array | Float64Array>(numbers: Numbers, larger: Numbers): Numbers => {
      larger.set(numbers)
      return larger
    }
    this.#hashes = grown(this.#hashes, new Int32Array(room))
    this.#seqs = grown(this.#seqs, new Float64Array(room))
    this.#before = grown(this.#before, new Int32Array(room))
  }
}

/** A hash of 32 bits: FNV-1a, by character. A number is spread already. */
export function hashOf(dataset: number, id: string | number): number {
  if (typeof id === 'number') return id ^ (id / 2 ** 32) ^ Math.imul(dataset, 0x01000193)
  let hash = 0x811c9dc5 ^ dataset
  for (let i = 0; i < id.length; i++) hash = Math.imul(hash ^ id.charCodeAt(i), 0x01000193)
  return hash ^ (hash >>> 15)
}
