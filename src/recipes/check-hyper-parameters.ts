import { InvalidInputException } from '../contract/errors.ts'
import type { NumberParameter, Parameter, Parameters } from './parameters.ts'
import type { ParameterGroup, Recipe } from './recipe.ts'
import { parametersOf } from './train-on.ts'

/**
 * The value of every parameter of a group that the service describes: the one that was set, or the default. `trainOn`
 * is there only if it was set.
 */
export type HyperParameterValues = Readonly<Record<string, number | boolean | string>>

const QUOTED_MAX = 40
const DECIMAL = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i

/**
 * Reads the parameters of a request, which are strings (numbers in `rankingInfluence`), and adds the defaults of the
 * others. Words match in any case: the guide has `True`, its samples `true`.
 * @throws InvalidInputException for a parameter that the recipe does not have, or a value out of its range. Also for a
 *   `min_` that exceeds the `max_` beside it
 */
export function checkHyperParameters(
  recipe: Recipe,
  given: Readonly<Record<string, string | number>> = {},
  group: ParameterGroup = 'algorithmHyperParameters',
): HyperParameterValues {
  const parameters = parametersOf(recipe, group)
  const described = recipe.parameters[group] ?? {}
  const unknown = Object.keys(given).find(name => !Object.hasOwn(parameters, name))
  if (unknown !== undefined) throw new InvalidInputException(unknownParameter(recipe, group, unknown, parameters))
  const values: HyperParameterValues = Object.fromEntries(
    Object.entries(parameters).flatMap(([name, parameter]) => {
      if (Object.hasOwn(given, name)) return [[name, read(parameter, String(given[name]), `${group}.${name}`)]]
      return Object.hasOwn(described, name) ? [[name, parameter.default]] : []
    }),
  )
  checkBounds(given, group)
  return values
}

/** A percentile that begins above its end would leave out everybody. A default gives way to the one that is given. */
function checkBounds(given: Readonly<Record<string, string | number>>, group: string): void {
  for (const [name, least] of Object.entries(given)) {
    const end = name.replace(/^min_/, 'max_')
    if (end === name || !Object.hasOwn(given, end) || Number(least) <= Number(given[end])) continue
    throw new InvalidInputException(`${group}.${name} must not exceed ${end}, got ${least} and ${given[end]}`)
  }
}

function unknownParameter({ name }: Recipe, group: string, unknown: string, parameters: Parameters): string {
  const known = Object.keys(parameters)
  const has = known.length === 0 ? 'none at all' : `only ${known.join(', ')}`
  return `${group}.${unknown.slice(0, QUOTED_MAX)}: ${name} has no such parameter, ${has}`
}

function read(parameter: Parameter, text: string, path: string): HyperParameterValues[string] {
  const value = parameter.kind === 'categorical' ? wordOf(parameter.values, text) : numberOf(parameter, text)
  if (value !== undefined) return value
  throw new InvalidInputException(
    `${path}: ${JSON.stringify(text.slice(0, QUOTED_MAX))} is not ${describe(parameter)}; the default is ${describeDefault(parameter)}`,
  )
}

function wordOf<Word>(words: readonly Word[], text: string): Word | undefined {
  return words.find(word => String(word).toLowerCase() === text.toLowerCase())
}

function numberOf({ kind, range: [least, most] }: NumberParameter, text: string) {
  const value = DECIMAL.test(text) ? Number(text) : Number.NaN
  const isRight = Number.isFinite(value) && value >= least && value <= most
  return isRight && (kind === 'continuous' || Number.isInteger(value)) ? value : undefined
}

/** The default in words; of `trainOn` it is no number. */
export function describeDefault({ default: standard }: Parameter): string {
  return standard === Infinity ? 'as many as there is memory for' : String(standard)
}

/** E.g. `an integer from 2 to 32`. */
function describe(parameter: Parameter): string {
  if (parameter.kind === 'categorical') return `one of ${parameter.values.join(', ')}`
  const [least, most] = parameter.range
  const range = most === Infinity ? `of ${least} or more` : `from ${least} to ${most}`
  return `${parameter.kind === 'integer' ? 'an integer' : 'a number'} ${range}`
}
