/**
 * A map with a limited number of entries. `set` makes an entry the newest, and deletes the oldest if there are too
 * many.
 */
export class BoundedMap<Key, Value> {
  readonly #max: number
  readonly #entries = new Map<Key, Value>()

  constructor(max: number) {
    this.#max = max
  }

  get(key: Key): Value | undefined {
    return this.#entries.get(key)
  }

  get size(): number {
    return this.#entries.size
  }

  /** Takes out the oldest entry; undefined where there is none. */
  shift(): [Key, Value] | undefined {
    const first = this.#entries.entries().next().value
    if (first) this.#entries.delete(first[0])
    return first
  }

  values(): Iterable<Value> {
    return this.#entries.values()
  }

  set(key: Key, value: Value): void {
    this.#entries.delete(key)
    this.#entries.set(key, value)
    if (this.#entries.size > this.#max) this.#entries.delete(this.#entries.keys().next().value!)
  }
}
