import type { Parameters } from '../../recipes/parameters.ts'

/** The defaults as the API has them: strings, by name. */
export function defaultsOf(parameters: Parameters): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(parameters).map(([name, parameter]) => [name, String(parameter.default)]))
}
