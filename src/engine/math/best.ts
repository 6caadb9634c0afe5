/** The best of many that are offered one by one, as many as are wanted: a heap with the least of them on top. */
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
    if (entries.length < this.#count) this.#rise(entries.push(entry) - 1)
    else if (this.#count > 0 && isLess(entries[0]!, entry)) {
      entries[0] = entry
      this.#sink(0)
    }
  }

  /** The best first; of equal ones, the one that was offered first. */
  sorted(): readonly Scored<Value>[] {
    return this.#entries.toSorted((a, b) => b.score - a.score || a.place - b.place)
  }

  #rise(at: number): void {
    for (let parent = (at - 1) >> 1; at > 0 && this.#swapIfLess(at, parent); parent = (at - 1) >> 1) at = parent
  }

  #sink(at: number): void {
    const entries = this.#entries
    for (let child = 2 * at + 1; child < entries.length; child = 2 * at + 1) {
      if (child + 1 < entries.length && isLess(entries[child + 1]!, entries[child]!)) child++
      if (!this.#swapIfLess(child, at)) return
      at = child
    }
  }

  #swapIfLess(lower: number, upper: number): boolean {
    const [a, b] = [this.#entries[lower]!, this.#entries[upper]!]
    if (!isLess(a, b)) return false
    this.#entries[lower] = b
    this.#entries[upper] = a
    return true
  }
}

export interface Scored<Value> {
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
