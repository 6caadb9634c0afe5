import { TrainingDataError } from './data-error.ts'

/** V8's maps have room for so many entries. */
export const NUMBERS_MAX = 2 ** 24

/** Numbers texts in the order in which they come. */
export class Numbering {
  readonly #numbers = new Map<string, number>()
  readonly texts: string[] = []

  /** @throws TrainingDataError where there are 2^24 others already */
  numberOf(text: string): number {
    let number = this.#numbers.get(text)
    if (number === undefined) {
      number = this.texts.length
      if (number === NUMBERS_MAX)
        throw new TrainingDataError(
          `Create failed. The datasets have more than ${NUMBERS_MAX.toLocaleString('en')} different items, or values of a column; a training takes no more.`,
        )
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
