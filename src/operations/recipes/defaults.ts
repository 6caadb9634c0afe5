import type { Parameters } from '../../recipes/parameters.ts'

/** Returns the defaults of parameters as the API shows them: strings by name. */
export function defaultsOf(parameters: Parameters): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(parameters).map(([name, parameter]) => [name, String(parameter.default)]))
}
