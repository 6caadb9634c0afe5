import { grown } from '../../engine/math/growing.ts'
import { TrainingDataError } from './data-error.ts'

/** V8's maps have room for no more entries. */
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

export type NumberIn = (list: readonly string[], place: number) => number

/**
 * Returns the number that a text of a list has in a numbering, which learns it when it is asked for first. So each text
 * is looked up once, however often its place in the list is met. The list may grow.
 */
export function numbersIn(numbering: Numbering): NumberIn {
  let known: readonly string[] | undefined
  let numbers = new Int32Array(0)
  return (list, place) => {
    if (list !== known) numbers = numbers.fill(NONE)
    known = list
    if (place >= numbers.length) numbers = grown(numbers, Math.max(list.length, 2 * numbers.length), NONE)
    if (numbers[place] === NONE) numbers[place] = numbering.numberOf(list[place]!)
    return numbers[place]!
  }
}

const NONE = -1
