/** Numbers texts in the order in which they come. */
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
