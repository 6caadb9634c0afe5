import { InvalidInputException } from '../contract/errors.ts'

const LIMIT_DEFAULT = 25
const LIMIT_MAX = 1000

/** The query of a request, read by name. */
export class QueryParameters {
  readonly #query: URLSearchParams

  constructor(query: string | object) {
    this.#query = new URLSearchParams(query as Record<string, string>)
  }

  optional(name: string): string | undefined {
    return this.#query.get(name) || undefined
  }

  /** @throws InvalidInputException where it is missing or empty */
  required(name: string): string {
    const value = this.optional(name)
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
}
