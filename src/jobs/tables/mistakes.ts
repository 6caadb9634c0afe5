import { placeOf, type RowSource } from '../../datasets/row-place.ts'
import { withoutValues } from '../../log.ts'
import { JobFailure } from '../failure.ts'

/** This many rows are named of each kind of mistake, and this many kinds. */
const ROWS = 3
const KINDS = 8

/** Beyond this many bad rows, reading on tells nothing more. */
export const MISTAKES_MAX = 100_000

/** `1, 2 and 3` */
const listing = new Intl.ListFormat('en-GB')

interface Kind {
  /** The place of the first row, and its fault. */
  readonly first: string
  readonly unit: RowSource['unit']
  /** The numbers of the first lines or rows. */
  readonly numbers: number[]
  count: number
}

/** The bad rows of files, by the kind of mistake, so that files can be mended in one go. */
export class Mistakes {
  /** How many bad rows there are. */
  rows = 0
  readonly #kinds = new Map<string, Kind>()
  #others = 0

  /** @param message the fault of the row, beginning with its column */
  add(source: RowSource, number: number, message: string): void {
    this.rows++
    // Messages name the right value as well, so that numbers in them differ from row to row.
    const key = `${source.uri} ${withoutValues(message).replace(/\d+/g, '0')}`
    const kind = this.#kinds.get(key)
    if (kind) {
      kind.count++
      if (kind.numbers.length < ROWS) kind.numbers.push(number)
    } else if (this.#kinds.size < KINDS) {
      const first = `${placeOf(source, number)}: ${message}`
      this.#kinds.set(key, { first, unit: source.unit, numbers: [number], count: 1 })
    } else this.#others++
  }

  /**
   * The failure that names the first rows of each kind, and how many there are.
   * @param last the error that ended the reading, if any
   */
  toFailure(last?: string): JobFailure {
    const parts = [...this.#kinds.values()].map(({ first, unit, numbers, count }) => {
      if (count === 1) return first
      const named = `${unit === 'line' ? 'on lines' : 'in rows'} ${listing.format(numbers.map(String))}`
      const where = count > numbers.length ? `the first ${named}` : named
      return `${first} (${count} such rows, ${where})`
    })
    if (this.#others > 0) parts.push(`${this.#others} more rows have other mistakes`)
    if (last !== undefined) parts.push(last)
    return new JobFailure(parts.join('. Also: '))
  }
}
