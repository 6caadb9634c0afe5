/** A list of numbers in a typed array that doubles when it is full. */
export class Growing<Numbers extends Float64Array | Float32Array | Int32Array> {
  #numbers: Numbers
  length = 0

  /** @param empty says of which type, e.g. `new Int32Array(1024)` */
  constructor(empty: Numbers) {
    this.#numbers = empty
  }

  push(number: number): void {
    if (this.length === this.#numbers.length) {
      const larger = new (this.#numbers.constructor as new (length: number) => Numbers)(Math.max(16, this.length * 2))
      larger.set(this.#numbers)
      this.#numbers = larger
    }
    this.#numbers[this.length++] = number
  }

  /** What was pushed, as a view. */
  get numbers(): Numbers {
    return this.#numbers.subarray(0, this.length) as Numbers
  }
}

/** Gives each text a number, in the order in which they come. */
export class Numbering {
  readonly #numbers = new Map<string, number>()
  readonly texts: string[] = []

  numberOf(text: string): number {
    let number = this.#numbers.get(text)
    if (number === undefined) {
      number = this.texts.length
      this.texts.push(text)
      this.#numbers.set(text, number)
    }
    return number
  }

  /** −1 where it has none. */
  find(text: string): number {
    return this.#numbers.get(text) ?? -1
  }
}
