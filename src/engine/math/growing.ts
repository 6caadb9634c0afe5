type Numbers = Float64Array | Float32Array | Int32Array | Uint8Array

/** A copy with room for `size` numbers; the new ones are all alike. */
export function grown<Kind extends Numbers>(numbers: Kind, size: number, fresh = 0): Kind {
  const larger = new (numbers.constructor as new (length: number) => Kind)(size)
  larger.set(numbers)
  return larger.fill(fresh, numbers.length) as Kind
}

/** A list of numbers in a typed array that doubles when it is full. */
export class Growing<Kind extends Numbers> {
  #numbers: Kind
  length = 0

  /** @param empty an array of its type, e.g. `new Int32Array(1024)` */
  constructor(empty: Kind) {
    this.#numbers = empty
  }

  push(number: number): void {
    if (this.length === this.#numbers.length) this.#numbers = grown(this.#numbers, Math.max(16, this.length * 2))
    this.#numbers[this.length++] = number
  }

  /** Adds others at the end. Returns how many there are then. */
  append(others: Kind): number {
    const from = this.length
    this.extend(from + others.length).set(others, from)
    return this.length
  }

  /** The whole list, longer than before; the new numbers are 0 until they are set. */
  extend(length: number): Kind {
    if (length > this.#numbers.length) this.#numbers = grown(this.#numbers, Math.max(length, 2 * this.#numbers.length))
    this.length = length
    return this.#numbers
  }

  /** The pushed values, as a view. */
  get numbers(): Kind {
    return this.#numbers.subarray(0, this.length) as Kind
  }
}
