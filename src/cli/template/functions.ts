import { isTree, oneOf, type Tree } from './faults.ts'
import { decimal } from './numbers.ts'
import { isPending } from './pending.ts'

/** The names that functions look up. Each lookup throws an Error for a name that is not there. */
export interface Scope {
  /** The value of a parameter or pseudo parameter, or the ARN of a resource. */
  ref(name: string): unknown
  attribute(id: string, attribute: string): unknown
  mapping(name: string): Tree
  condition(name: string): boolean
}

/** The value of `AWS::NoValue`: the member that has it is left out. */
export const NO_VALUE = Symbol('AWS::NoValue')

type Evaluate = (value: unknown, path: string) => unknown
type Function = (argument: unknown, scope: Scope, path: string, evaluated: Evaluate) => unknown

/**
 * Returns a value of the template with its functions evaluated.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/intrinsic-function-reference.html
 * @param path where the value is, for messages
 * @throws Error naming the path, for a wrong argument or a name that is not there
 */
export function evaluate(value: unknown, scope: Scope, path: string): unknown {
  const inside: Evaluate = (part, at) => evaluate(part, scope, at)
  if (Array.isArray(value))
    return value.map((part, at) => inside(part, `${path}.${at + 1}`)).filter(part => part !== NO_VALUE)
  if (!isTree(value)) return value
  const [name, argument] = Object.entries(value)[0] ?? ['', undefined]
  if (isCall(value)) {
    const known = FUNCTIONS[name]
    if (known) return known(argument, scope, `${path}.${name}`, inside)
    throw new Error(`${path}: ${name} is not known here; there are ${oneOf(Object.keys(FUNCTIONS))}`)
  }
  const members = Object.entries(value).map(([key, part]) => [key, inside(part, `${path}.${key}`)] as const)
  return Object.fromEntries(members.filter(([, part]) => part !== NO_VALUE))
}

/** @throws Error naming the path, for what is no condition */
export function evaluateCondition(value: unknown, scope: Scope, path: string): boolean {
  const result =
    isTree(value) && 'Condition' in value ? named(value.Condition, scope, path) : evaluate(value, scope, path)
  if (typeof result === 'boolean') return result
  if (result === 'true' || result === 'false') return result === 'true'
  throw new Error(`${path} must be a condition: Fn::Equals, Fn::And, Fn::Or, Fn::Not or Condition`)
}

const isCall = (value: Tree) => {
  const keys = Object.keys(value)
  return keys.length === 1 && (keys[0] === 'Ref' || keys[0]!.startsWith('Fn::'))
}

const FUNCTIONS: Readonly<Record<string, Function>> = {
  Ref: (argument, scope, path) => at(path, () => scope.ref(textOf(argument, path))),
  'Fn::GetAtt': (argument, scope, path, evaluated) => {
    const [id, ...attribute] = typeof argument === 'string' ? argument.split('.') : listOf(argument, path)
    const name = attribute.map(part => textOf(evaluated(part, path), path)).join('.')
    if (name === '') throw new Error(`${path} must be a logical id and an attribute, such as [Group, DatasetGroupArn]`)
    return at(path, () => scope.attribute(textOf(id, path), name))
  },
  'Fn::Sub': substitute,
  'Fn::Join': (argument, _scope, path, evaluated) => {
    const [separator, parts] = pairOf(argument, path, 'a separator and a list')
    const list = evaluated(parts, path)
    if (typeof list === 'string' && isPending(list)) return list
    const texts = listOf(list, path).map(part => textOf(part, path))
    return texts.join(textOf(separator, path))
  },
  'Fn::Split': (argument, _scope, path, evaluated) => {
    const [separator, given] = pairOf(argument, path, 'a separator and a text')
    const text = textOf(evaluated(given, path), path)
    return isPending(text) ? [text] : text.split(textOf(separator, path))
  },
  'Fn::Select': (argument, _scope, path, evaluated) => {
    const [index, parts] = pairOf(argument, path, 'an index and a list')
    const given = evaluated(parts, path)
    const list = typeof given === 'string' && isPending(given) ? [given] : listOf(given, path)
    const pending = list.find(isPending)
    if (pending !== undefined) return pending
    const number = decimal(evaluated(index, path))
    if (Number.isInteger(number) && number >= 0 && number < list.length) return list[number]
    throw new Error(`${path}: the index must be from 0 to ${list.length - 1}, got ${JSON.stringify(index)}`)
  },
  'Fn::FindInMap': findInMap,
  'Fn::If': (argument, scope, path, evaluated) => {
    const [condition, yes, no] = listOf(argument, path, 3, 'a condition and two values')
    return evaluated(named(condition, scope, path) ? yes : no, path)
  },
  'Fn::Equals': (argument, _scope, path, evaluated) => {
    const [one, other] = pairOf(argument, path, 'two values').map(value => evaluated(value, path))
    return JSON.stringify(textual(one)) === JSON.stringify(textual(other))
  },
  'Fn::And': (argument, scope, path) => conditionsOf(argument, path).every(one => evaluateCondition(one, scope, path)),
  'Fn::Or': (argument, scope, path) => conditionsOf(argument, path).some(one => evaluateCondition(one, scope, path)),
  'Fn::Not': (argument, scope, path) => !evaluateCondition(listOf(argument, path, 1, 'one condition')[0], scope, path),
  'Fn::Base64': (argument, _scope, path, evaluated) => {
    const text = textOf(evaluated(argument, path), path)
    return isPending(text) ? text : Buffer.from(text).toString('base64')
  },
  'Fn::Length': (argument, _scope, path, evaluated) => listOf(evaluated(argument, path), path).length,
  'Fn::ToJsonString': (argument, _scope, path, evaluated) => JSON.stringify(evaluated(argument, path)),
  'Fn::ImportValue': (_argument, _scope, path) => {
    throw new Error(`${path}: exports of other stacks are not read here; use a parameter in its place`)
  },
}

/** `${Name}` is a Ref, `${Id.Attribute}` a GetAtt, `${!Literal}` stays as `${Literal}`. */
function substitute(argument: unknown, scope: Scope, path: string, evaluated: Evaluate): string {
  const [text, own] = Array.isArray(argument) ? pairOf(argument, path, 'a text and a mapping') : [argument, {}]
  if (!isTree(own)) throw new Error(`${path}: the second part must be a mapping of names to values`)
  return textOf(text, path).replace(/\$\{([^}]*)\}/g, (_, inside: string) => {
    if (inside.startsWith('!')) return `\${${inside.slice(1)}}`
    const name = inside.trim()
    const value = Object.hasOwn(own, name)
      ? evaluated(own[name], path)
      : at(path, () => {
          const dot = name.indexOf('.')
          return dot < 0 ? scope.ref(name) : scope.attribute(name.slice(0, dot), name.slice(dot + 1))
        })
    return textOf(value, `${path}: \${${name}}`)
  })
}

/** A fourth part may have a default: `{ DefaultValue: … }`. */
function findInMap(argument: unknown, scope: Scope, path: string, evaluated: Evaluate): unknown {
  const [name, first, second, more] = listOf(argument, path)
  const keys = [name, first, second].map(key => textOf(evaluated(key, path), path))
  const mapping = at(path, () => scope.mapping(keys[0]!))
  const inner = mapping[keys[1]!]
  const found = isTree(inner) ? inner[keys[2]!] : undefined
  if (found !== undefined) return found
  if (isTree(more) && 'DefaultValue' in more) return evaluated(more.DefaultValue, path)
  const there = isTree(inner) ? Object.keys(inner) : Object.keys(mapping)
  const missing = isTree(inner) ? keys[2] : keys[1]
  throw new Error(`${path}: the mapping ${keys[0]} has no ${missing}; there are ${oneOf(there)}`)
}

function named(name: unknown, scope: Scope, path: string): boolean {
  return at(path, () => scope.condition(textOf(name, path)))
}

function conditionsOf(argument: unknown, path: string): readonly unknown[] {
  const conditions = listOf(argument, path)
  if (conditions.length >= 2 && conditions.length <= 10) return conditions
  throw new Error(`${path} must be a list of 2 to 10 conditions`)
}

function pairOf(argument: unknown, path: string, parts: string): readonly unknown[] {
  return listOf(argument, path, 2, parts)
}

function listOf(value: unknown, path: string, length?: number, parts?: string): readonly unknown[] {
  if (!Array.isArray(value)) throw new Error(`${path} must be a list${parts ? ` of ${parts}` : ''}`)
  if (length !== undefined && value.length !== length)
    throw new Error(`${path} must be a list of ${parts}, got ${value.length} parts`)
  return value
}

/** CloudFormation takes numbers and booleans for their texts. */
function textOf(value: unknown, path: string): string {
  if (typeof value === 'string') return value
  if (typeof value === 'number' || typeof value === 'boolean') return String(value)
  throw new Error(`${path} must be a text, got ${value === undefined ? 'nothing' : JSON.stringify(value)}`)
}

function textual(value: unknown): unknown {
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : value
}

/** Adds the path to the message of a lookup. */
function at<Result>(path: string, lookUp: () => Result): Result {
  try {
    return lookUp()
  } catch (error) {
    throw new Error(`${path}: ${(error as Error).message}`)
  }
}
