import { InvalidInputException } from '../contract/errors.ts'

const LIMIT_DEFAULT = 25
const LIMIT_MAX = 1000

/** The query of a request, read by name. */
export class QueryParameters {
  readonly #query: URLSearchParams

  /** @throws InvalidInputException where a value has the NUL character, which no store keeps */
  constructor(query: string | object) {
    this.#query = new URLSearchParams(query as Record<string, string>)
    for (const [name, value] of this.#query)
      if (value.includes('\0'))
        throw new InvalidInputException(`${name.slice(0, 40)} must not contain the NUL character (U+0000)`)
  }

  /**
   * Undefined where it is left out. Blank it is an error: a script whose variable is empty means something.
   * @throws InvalidInputException
   */
  optional(name: string): string | undefined {
    const value = this.#query.get(name) ?? undefined
    if (value === '') throw new InvalidInputException(`${name} is blank in the query: give it a value, or leave it out`)
    return value
  }

  /** @throws InvalidInputException where there is another parameter: without it, more would be meant */
  assertNoneBut(names: readonly string[]): void {
    const wrong = [...this.#query.keys()].find(name => !names.includes(name) && !name.startsWith('X-Amz-'))
    if (wrong !== undefined)
      throw new InvalidInputException(
        `${wrong.slice(0, 40)} is not a parameter of the query; there are ${names.join(', ')}`,
      )
  }

  /** @throws InvalidInputException where it is missing or blank */
  required(name: string): string {
    const value = this.#query.get(name)
    if (value) return value
    throw new InvalidInputException(`${name} must be given in the query: ?${name}=...`)
  }

  /** The number of results to show: 25 by default, and 1000 at most. @throws InvalidInputException */
  limit({ usual = LIMIT_DEFAULT, most = LIMIT_MAX } = {}): number {
    const text = this.optional('limit') ?? String(usual)
    const limit = /^\d{1,9}$/.test(text) ? Number(text) : 0
    if (limit >= 1 && limit <= most) return limit
    throw new InvalidInputException(`limit must be a whole number from 1 to ${most}, got ${text.slice(0, 40)}`)
  }

  /** Texts by name, as a JSON object; undefined where it is left out. @throws InvalidInputException */
  texts(name: string): Readonly<Record<string, string>> | undefined {
    const text = this.optional(name)
    if (text === undefined) return undefined
    const value = parsed(text)
    const isRight = typeof value === 'object' && value !== null && !Array.isArray(value)
    if (isRight && Object.values(value).every(one => typeof one === 'string')) return value as Record<string, string>
    throw new InvalidInputException(`${name} must be a JSON object of texts, such as {"DEVICE":"phone"}`)
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
