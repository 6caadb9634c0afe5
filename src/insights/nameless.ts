import { isWordForNothing } from '../datasets/cell-hints.ts'
import type { ValueCount } from './report.ts'

/**
 * Counts the rows whose id is a word for no value, such as the `undefined` of a page that does not know its visitor.
 * Such words are few, so each is counted exactly.
 */
export class NamelessRows {
  readonly #counts = new Map<string, number>()

  add(id: string): void {
    if (isWordForNothing(id)) this.#counts.set(id, (this.#counts.get(id) ?? 0) + 1)
  }

  /** The words with their numbers of rows, the most frequent first. */
  report(): readonly ValueCount[] {
    const words = [...this.#counts].map(([value, count]) => ({ value, count }))
    return words.sort((a, b) => b.count - a.count || (a.value < b.value ? -1 : 1))
  }
}
