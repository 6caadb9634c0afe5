import { CONDITION_KEYS, kindOfKey } from './condition-keys.ts'
import { OPERATORS, operatorOf, type ReadText, type Test } from './operators.ts'
import { PolicyError, shown } from './policy-error.ts'
import type { ContextOf } from './request.ts'

/** Whether a request fulfils a condition. */
export type Condition = (context: ContextOf) => boolean

/** The conditions of a statement, which must all hold, and the context keys that they ask for. */
interface Conditions {
  readonly all: readonly Condition[]
  readonly keys: readonly string[]
}

const NAME = /^(?:(ForAllValues|ForAnyValue):)?(\w+?)(IfExists)?$/i

/** @throws PolicyError with the place of an unknown operator or key, or of a value that does not suit */
export function readConditions(block: unknown, place: string, read: ReadText): Conditions {
  const found: { readonly key: string; readonly holds: Condition }[] = []
  for (const [operator, keys] of membersOf(block, place)) {
    for (const [name, values] of membersOf(keys, `${place}.${operator}`)) {
      const key = name.toLowerCase()
      const at = `${place}.${operator}.${name}`
      if (!kindOfKey(key)) throw new PolicyError(at, `is not a condition key; there are ${CONDITION_KEYS.join(', ')}`)
      found.push({ key, holds: conditionOf(operator, key, textsOf(values, at), { at, read }) })
    }
  }
  return { all: found.map(({ holds }) => holds), keys: found.map(({ key }) => key) }
}

function membersOf(value: unknown, place: string): readonly [string, unknown][] {
  if (typeof value !== 'object' || value === null || Array.isArray(value) || Object.keys(value).length === 0)
    throw new PolicyError(place, `must be an object such as {"StringEquals": {"aws:ResourceTag/team": "films"}}`)
  return Object.entries(value)
}

function textsOf(value: unknown, place: string): readonly string[] {
  const values = Array.isArray(value) ? value : [value]
  const isText = (one: unknown) => ['string', 'number', 'boolean'].includes(typeof one)
  if (values.length === 0 || !values.every(isText))
    throw new PolicyError(place, `must be a text or a list of texts, got ${shown(value)}`)
  return values.map(String)
}

interface Reading {
  readonly at: string
  readonly read: ReadText
}

function conditionOf(name: string, key: string, texts: readonly string[], { at, read }: Reading): Condition {
  const [, set, operatorName = '', ifExists] = NAME.exec(name) ?? []
  if (operatorName.toLowerCase() === 'null' && !set && !ifExists) return nullCondition(key, texts, at)
  const operator = operatorOf(operatorName)
  if (!operator) throw new PolicyError(at, `has no operator that there is; there are ${OPERATORS.join(', ')}`)
  checkSet(key, set, at)
  const tests = texts.map(text => testOf(text, operator.read, { at, read }))
  const { isNegated } = operator
  const isNamed = (value: string, context: ContextOf) => tests.some(test => test(value, context))
  const fits = (value: string, context: ContextOf) => isNamed(value, context) !== isNegated
  const quantifier = set?.toLowerCase()
  const ifMissing = ifExists !== undefined || (quantifier ? quantifier === 'forallvalues' : isNegated)
  return context => {
    const values = context(key)
    if (values === undefined || values.length === 0) return ifMissing
    if (quantifier === 'forallvalues') return values.every(value => fits(value, context))
    if (quantifier === 'foranyvalue') return values.some(value => fits(value, context))
    return values.some(value => isNamed(value, context)) !== isNegated
  }
}

function testOf(text: string, read: (text: string, glob: ReadText) => Test, reading: Reading): Test {
  try {
    return read(text, reading.read)
  } catch (error) {
    throw new PolicyError(reading.at, `${(error as Error).message}, got ${shown(text)}`)
  }
}

function nullCondition(key: string, texts: readonly string[], at: string): Condition {
  const wanted = texts.map(text => text.toLowerCase())
  if (wanted.some(text => text !== 'true' && text !== 'false')) throw new PolicyError(at, 'must be true or false')
  return context => wanted.includes(String((context(key) ?? []).length === 0))
}

/** A plain operator on a set of values would hold if one of them fits, which allows more than it seems to. */
function checkSet(key: string, set: string | undefined, at: string): void {
  if (kindOfKey(key) === 'one' || set) return
  throw new PolicyError(at, 'has several values: write ForAllValues: or ForAnyValue: before the operator')
}
