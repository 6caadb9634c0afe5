import type { DatabaseSync } from 'node:sqlite'
import { Bits, ENTRIES_A_WORD } from './bits.ts'

/** For a million ids. Where there are more, the filter is filled anew, larger. */
const FIRST_WORDS = 1 << 18
const WORDS_MAX = 1 << 27

/** One more than the greatest hash (`store/digest.ts`). */
const HASHES = 2 ** 48

/** Rows of `event_ids` read at a time: some 5 ms, for which a Put call may have to wait. */
const AT_ONCE = 5000

/**
 * Knows of most new eventIds that they are new, without a look into the pages of `event_ids`. With 100 million events
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
  const mustGrow = (bits: Bits) => bits.isFull && bits.words < WORDS_MAX
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
    isDue: (): boolean => filling !== undefined || mustGrow(filled!),

    /** Fills it some more. To be called outside of a transaction. */
    fillSome(): void {
      if (!filling) fillFrom(2 * filled!.words)
      const { bits, after } = filling!
      const rows = next.all(...after) as unknown as readonly (readonly number[])[]
      for (const [dataset, hash] of rows) bits.add(dataset!, hash!)
      const wanted = after[0] === 0 ? wordsFor(rows) : 0
      if (wanted > bits.words) fillFrom(wanted)
      else if (mustGrow(bits)) fillFrom(2 * bits.words)
      else if (rows.length === AT_ONCE) filling = { bits, after: rows.at(-1)! }
      else [filled, filling] = [bits, undefined]
    },
  }
}

/**
 * How large a filter has to be for all ids of a dataset, by its first rows. The hashes of ids are spread evenly, so the
 * part that these rows take up says how many there are. 0 where there are no more rows.
 */
function wordsFor(rows: readonly (readonly number[])[]): number {
  const [first, last] = [rows[0], rows.at(-1)]
  if (rows.length < AT_ONCE || first![0] !== last![0]) return 0
  const ids = (AT_ONCE * HASHES) / last![1]!
  return Math.min(WORDS_MAX, 2 ** Math.ceil(Math.log2(ids / ENTRIES_A_WORD)))
}

export type IdFilter = ReturnType<typeof openIdFilter>
