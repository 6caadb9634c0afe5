import { withoutValues } from '../../log.ts'
import { JobFailure } from '../failure.ts'

/** This many lines are named of each kind of mistake, and this many kinds. */
const LINES = 3
const KINDS = 8

/** Beyond this many bad rows, reading on tells nothing more. */
export const MISTAKES_MAX = 100_000

interface Kind {
  /** The place of the first row, and its fault. */
  readonly first: string
  /** The first lines. */
  readonly lines: number[]
  count: number
}

/** The bad rows of CSV files, by the kind of mistake, so that files can be mended in one go. */
export class Mistakes {
  /** How many bad rows there are. */
  rows = 0
  readonly #kinds = new Map<string, Kind>()
  #others = 0

  /** @param message the fault of the row, beginning with its column */
  add(uri: string, line: number, message: string): void {
    this.rows++
    // Messages name the right value as well, so that numbers in them differ from row to row.
    const key = `${uri} ${withoutValues(message).replace(/\d+/g, '0')}`
    const kind = this.#kinds.get(key)
    if (kind) {
      kind.count++
      if (kind.lines.length < LINES) kind.lines.push(line)
    } else if (this.#kinds.size < KINDS) {
      this.#kinds.set(key, { first: `${uri} line ${line}: ${message}`, lines: [line], count: 1 })
    } else this.#others++
  }

  /**
   * The failure that names the first rows of each kind, and how many there are.
   * @param last the error that ended the reading, if any
   */
  toFailure(last?: string): JobFailure {
    const parts = [...this.#kinds.values()].map(({ first, lines, count }) => {
      if (count === 1) return first
      const where = count > lines.length ? `the first on lines ${listOf(lines)}` : `on lines ${listOf(lines)}`
      return `${first} (${count} such rows, ${where})`
    })
    if (this.#others > 0) parts.push(`${this.#others} more rows have other mistakes`)
    if (last !== undefined) parts.push(last)
    return new JobFailure(parts.join('. Also: '))
  }
}

function listOf(lines: readonly number[]): string {
  return `${lines.slice(0, -1).join(', ')} and ${lines.at(-1)}`
}
