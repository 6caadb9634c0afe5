import type { DatabaseSync } from 'node:sqlite'

/** For a million ids. When there are more, the filter is filled anew, twice as large. */
const FIRST_WORDS = 1 << 18
/** Ids at most to a word of 32 bits. With two bits each, one in twenty new ids is looked for in vain. */
const IDS_A_WORD = 4
const WORDS_MAX = 1 << 27

/** Rows of `event_ids` read at a time: some 5 ms, for which a Put call may have to wait. */
const AT_ONCE = 5000

/** Bits of all hashes of eventIds, in memory. */
class Bits {
  readonly #words: Int32Array
  added = 0

  constructor(words: number) {
    this.#words = new Int32Array(words)
  }

  get words(): number {
    return this.#words.length
  }

  add(dataset: number, hash: number): void {
    this.#words[this.#wordOf(dataset, hash)]! |= maskOf(hash)
    this.added++
  }

  mayHave(dataset: number, hash: number): boolean {
    const mask = maskOf(hash)
    return (this.#words[this.#wordOf(dataset, hash)]! & mask) === mask
  }

  #wordOf(dataset: number, hash: number): number {
    return (hash ^ Math.imul(dataset, 0x9e3779b1)) & (this.#words.length - 1)
  }
}

/** Two bits of a word, chosen by the upper 16 of the 48 bits of a hash. */
function maskOf(hash: number): number {
  const upper = hash / 2 ** 32
  return (1 << (upper & 31)) | (1 << ((upper >> 5) & 31))
}

/**
 * Knows of most new eventIds that they are new, without a look into the pages of `event_ids`: with 100 million events
 * each look would be at a page of its own. A Bloom filter of 1 to 2 bytes an event, in the memory of the writer. It is
 * filled from the table after the start, a little at a time; until then no id is known to be new.
 * @param firstWords how large it is at first, a power of two
 */
export function openIdFilter(db: DatabaseSync, firstWords = FIRST_WORDS) {
  const next = db.prepare(`
    SELECT dataset, hash, seq FROM event_ids WHERE (dataset, hash, seq) > (?, ?, ?)
    ORDER BY dataset, hash, seq LIMIT ${AT_ONCE}`)
  next.setReturnArrays(true)
  let filled: Bits | undefined
  let filling: { readonly bits: Bits; after: readonly number[] } | undefined

  const fillFrom = (words: number) => {
    filling = { bits: new Bits(words), after: [0, 0, 0] }
  }
  const isFull = ({ added, words }: Bits) => added > IDS_A_WORD * words && words < WORDS_MAX
  fillFrom(firstWords)

  return {
    /** Notes that the dataset has an id of this hash. */
    add(dataset: number, hash: number): void {
      filled?.add(dataset, hash)
      filling?.bits.add(dataset, hash)
    },

    /** Whether the dataset may have an id of this hash. */
    mayHave: (dataset: number, hash: number): boolean => filled === undefined || filled.mayHave(dataset, hash),

    /** Whether there is something to fill. */
    isDue: (): boolean => filling !== undefined || isFull(filled!),

    /** Fills it some more. To be called outside of a transaction. */
    fillSome(): void {
      if (!filling) fillFrom(2 * filled!.words)
      const { bits, after } = filling!
      const rows = next.all(...after) as unknown as readonly (readonly number[])[]
      for (const [dataset, hash] of rows) bits.add(dataset!, hash!)
      if (isFull(bits)) fillFrom(2 * bits.words)
      else if (rows.length === AT_ONCE) filling = { bits, after: rows.at(-1)! }
      else [filled, filling] = [bits, undefined]
    },
  }
}

export type IdFilter = ReturnType<typeof openIdFilter>
