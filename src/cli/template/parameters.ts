import { runInNewContext } from 'node:vm'
import { assertNoFaults, faultsInto, oneOf, type Tree } from './faults.ts'
import { decimal } from './numbers.ts'

/** Values that the caller gives: of parameters, and of what other services' resources would return. */
export type Given = Readonly<Record<string, string>>

/** Types whose value is kept elsewhere: the template has its name. */
const ELSEWHERE = 'AWS::SSM::Parameter::Value'

/** A pattern with nested repetitions, such as (a+)+, can need more time than anybody has. */
const PATTERN_MS = 2000

/**
 * Returns the values of a template's parameters. A parameter of the Systems Manager that is not given has none.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/parameters-section-structure.html
 * @throws Error naming each parameter that is missing or wrong
 */
export function readParameters(declared: Readonly<Record<string, Tree>>, given: Given): ReadonlyMap<string, unknown> {
  const faults: string[] = []
  const values = new Map<string, unknown>()
  for (const [name, parameter] of Object.entries(declared)) {
    const value = faultsInto(faults, () => valueOfParameter(name, parameter, given[name]))
    if (value !== undefined) values.set(name, value)
  }
  assertNoFaults(faults)
  return values
}

function valueOfParameter(name: string, parameter: Tree, given: string | undefined): unknown {
  const type = String(parameter.Type)
  const known = /^(String|Number|CommaDelimitedList|List<.+>|AWS::.+)$/.test(type)
  if (!known) throw new Error(`Parameters.${name}.Type must be String, Number, List<Number> or CommaDelimitedList`)
  const isElsewhere = type.startsWith(ELSEWHERE)
  const text = given ?? (isElsewhere ? undefined : parameter.Default)
  if (text === undefined) {
    if (isElsewhere) return undefined
    throw new Error(`the parameter ${name} has no default: add --parameters ${name}=VALUE`)
  }
  const isList = /^(CommaDelimitedList|List<)/.test(type)
  const parts = isList
    ? String(text)
        .split(',')
        .map(part => part.trim())
    : [String(text)]
  for (const part of parts) check(name, parameter, part, /^(Number|List<Number>)$/.test(type))
  return isList ? parts : parts[0]
}

function check(name: string, parameter: Tree, text: string, isNumber: boolean): void {
  const { AllowedValues, AllowedPattern, MinLength, MaxLength, MinValue, MaxValue } = parameter
  const allowed = [AllowedValues ?? []].flat().map(String)
  const size = isNumber ? decimal(text) : text.length
  const [least, most] = isNumber ? [MinValue, MaxValue] : [MinLength, MaxLength]
  const measure = isNumber ? 'be' : 'have a length of'
  const rules: readonly (readonly [boolean, string])[] = [
    [isNumber && Number.isNaN(size), 'be a number'],
    [allowed.length > 0 && !allowed.includes(text), `be ${oneOf(allowed)}`],
    [AllowedPattern !== undefined && !matches(name, AllowedPattern, text), `match ${AllowedPattern}`],
    [least !== undefined && size < Number(least), `${measure} at least ${least}`],
    [most !== undefined && size > Number(most), `${measure} at most ${most}`],
  ]
  const broken = rules.find(([isBroken]) => isBroken)
  if (!broken) return
  const shown = String(parameter.NoEcho) === 'true' ? '' : `, got ${JSON.stringify(text)}`
  const why = parameter.ConstraintDescription === undefined ? '' : ` (${parameter.ConstraintDescription})`
  throw new Error(`the parameter ${name} must ${broken[1]}${shown}${why}`)
}

function matches(name: string, pattern: unknown, text: string): boolean {
  const regExp = patternOf(name, pattern)
  try {
    return runInNewContext('regExp.test(text)', { regExp, text }, { timeout: PATTERN_MS })
  } catch {
    throw new Error(
      `Parameters.${name}.AllowedPattern takes too long on the value: write it without repetitions of repetitions: ${pattern}`,
    )
  }
}

function patternOf(name: string, pattern: unknown): RegExp {
  try {
    return new RegExp(`^(?:${pattern})$`)
  } catch {
    throw new Error(`Parameters.${name}.AllowedPattern is no regular expression: ${pattern}`)
  }
}
