import { InvalidInputException } from '../contract/errors.ts'
import { trimmed } from '../datasets/blanks.ts'

/** The members of a request's body, read by name. */
export class Members {
  readonly #members: Readonly<Record<string, unknown>>
  readonly #path: string

  /**
   * @param path of the object in the body, such as `faults.1`; left out, it is the body
   * @throws InvalidInputException where it is no object, or has a member beyond the known ones
   */
  constructor(body: unknown, known: readonly string[], path?: string) {
    if (typeof body !== 'object' || body === null || Array.isArray(body))
      throw new InvalidInputException(`${path ?? 'The body'} must be a JSON object with ${known.join(', ')}`)
    this.#path = path === undefined ? '' : `${path}.`
    const wrong = Object.keys(body).find(name => !known.includes(name))
    if (wrong !== undefined)
      throw new InvalidInputException(
        `${this.#path}${wrong.slice(0, 40)} is not a member; there are ${known.join(', ')}`,
      )
    this.#members = body as never
  }

  /** An id or an ARN; undefined where it is left out. @throws InvalidInputException */
  text(name: string): string | undefined {
    const value = this.#members[name] ?? undefined
    return value === undefined ? undefined : textOf(value, `${this.#path}${name}`)
  }

  /** A list of ids; undefined where it is left out. @throws InvalidInputException */
  texts(name: string): readonly string[] | undefined {
    const value = this.#members[name] ?? undefined
    if (value === undefined) return undefined
    if (!Array.isArray(value)) throw new InvalidInputException(`${name} must be a list of texts, such as ["a", "b"]`)
    return value.map((one, i) => textOf(one, `${name}.${i + 1}`))
  }

  /** One of some words; undefined where it is left out. @throws InvalidInputException */
  oneOf(name: string, words: readonly string[], right = words.join(' or ')): string | undefined {
    const value = this.text(name)
    if (value === undefined || words.includes(value)) return value
    throw new InvalidInputException(`${this.#path}${name} must be ${right}, got ${shown(value)}`)
  }

  /** A list of anything. @throws InvalidInputException where it is missing or too long */
  list(name: string, most: number): readonly unknown[] {
    const value = this.#members[name]
    if (Array.isArray(value) && value.length <= most) return value
    throw new InvalidInputException(`${this.#path}${name} must be a list, of ${most} at most`)
  }

  /** A number of a range; undefined where it is left out. @throws InvalidInputException */
  number(name: string, least: number, most: number, isWhole = true): number | undefined {
    const value = this.#members[name] ?? undefined
    if (value === undefined) return undefined
    const isRight = typeof value === 'number' && value >= least && value <= most
    if (isRight && (!isWhole || Number.isInteger(value))) return value
    const kind = isWhole ? 'a whole number' : 'a number'
    throw new InvalidInputException(
      `${this.#path}${name} must be ${kind} from ${least} to ${most}, got ${shown(value)}`,
    )
  }
}

function textOf(value: unknown, name: string): string {
  if (typeof value === 'string' && trimmed(value) !== '') return trimmed(value)
  throw new InvalidInputException(`${name} must be a text that is not blank, got ${shown(value)}`)
}

const shown = (value: unknown) => JSON.stringify(value)?.slice(0, 40)
