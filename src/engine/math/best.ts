import { heapify, sink } from './heap.ts'

/** The best of many that are offered one by one, as many as are wanted: from then on a heap, the least on top. */
export class Best<Value> {
  readonly #count: number
  readonly #entries: Entry<Value>[] = []
  #offered = 0

  /** @param count how many are kept; memory is taken for those that come */
  constructor(count: number) {
    this.#count = count
  }

  offer(value: Value, score: number): void {
    const entry = { value, score, place: this.#offered++ }
    const entries = this.#entries
    if (entries.length < this.#count) {
      if (entries.push(entry) === this.#count) heapify(entries, isLess)
    } else if (this.#count > 0 && isLess(entries[0]!, entry)) {
      entries[0] = entry
      sink(entries, 0, entries.length, isLess)
    }
  }

  /** The best first; of equal ones, the one that was offered first. */
  sorted(): readonly Scored<Value>[] {
    return this.#entries.toSorted((a, b) => b.score - a.score || a.place - b.place)
  }
}

interface Scored<Value> {
  readonly value: Value
  readonly score: number
}

interface Entry<Value> extends Scored<Value> {
  /** When it was offered. */
  readonly place: number
}

function isLess<Value>(a: Entry<Value>, b: Entry<Value>): boolean {
  return a.score < b.score || (a.score === b.score && a.place > b.place)
}
