import { BlockList, isIP } from 'node:net'
import { arnPattern, matchesArn } from './arn-pattern.ts'
import { type Glob, type GlobOptions, matchesGlob, readGlob } from './glob.ts'
import type { ContextOf } from './request.ts'

/** Whether a value of the request is the one that the policy names. */
export type Test = (value: string, context: ContextOf) => boolean

/** Reads the texts that a policy compares with. @throws Error that says what would be right */
type Read = (text: string, glob: ReadText) => Test

/** Reads a text with its variables, as the policy's version has them. */
export type ReadText = (text: string, options: Omit<GlobOptions, 'variables'>) => Glob

/** A condition operator. A negated one holds where no text of the policy fits, and where the request lacks the key. */
interface Operator {
  readonly read: Read
  readonly isNegated: boolean
}

const string = (options: Omit<GlobOptions, 'variables'>): Read => {
  return (text, read) => {
    const glob = read(text, options)
    return (value, context) => matchesGlob(glob, options.ignoreCase ? value.toLowerCase() : value, context)
  }
}

const arn: Read = (text, read) => {
  const pattern = arnPattern(read(text, { wildcards: true }))
  return (value, context) => matchesArn(pattern, value, context)
}

/** A value of the request that is none of the kind fits nothing. */
const compared = (parse: (text: string) => number, right: string, holds: (a: number, b: number) => boolean): Read => {
  return text => {
    const limit = parse(text)
    if (Number.isNaN(limit)) throw new Error(`must be ${right}`)
    return value => holds(parse(value), limit)
  }
}

const NUMBER = /^[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d+)?$/i
const numeric = (holds: (a: number, b: number) => boolean) =>
  compared(text => (NUMBER.test(text) ? Number(text) : Number.NaN), 'a number', holds)

const ISO = /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d{1,9})?)?(Z|[+-]\d\d:?\d\d))?$/
/** Milliseconds since 1970, of ISO 8601 or of seconds since 1970. */
function timeOf(text: string): number {
  if (/^\d{1,12}(\.\d+)?$/.test(text)) return Number(text) * 1000
  return ISO.test(text) ? Date.parse(text) : Number.NaN
}
const date = (holds: (a: number, b: number) => boolean) =>
  compared(timeOf, 'a time such as 2026-01-31T00:00:00Z, or seconds since 1970', holds)

const bool: Read = text => {
  const wanted = text.toLowerCase()
  if (wanted !== 'true' && wanted !== 'false') throw new Error('must be true or false')
  return value => value.toLowerCase() === wanted
}

const binary: Read = text => {
  if (!/^[A-Za-z\d+/]*={0,2}$/.test(text)) throw new Error('must be base64')
  return value => value === text
}

const ipAddress: Read = text => {
  const [, address = '', length] = /^([^/]+)(?:\/(\d{1,3}))?$/.exec(text) ?? []
  const version = isIP(address)
  const bits = version === 6 ? 128 : 32
  const prefix = length === undefined ? bits : Number(length)
  if (version === 0 || prefix > bits) throw new Error('must be an address or a range, such as 203.0.113.0/24')
  const list = new BlockList()
  list.addSubnet(address, prefix, familyOf(version))
  const isOfIpv4 = IPV4.check(address, familyOf(version))
  return value => {
    const family = familyOf(isIP(value))
    return isIP(value) !== 0 && IPV4.check(value, family) === isOfIpv4 && list.check(value, family)
  }
}

/** A list takes an address such as `::ffff:127.0.0.1` for that of IPv4, which it is. */
const IPV4 = new BlockList()
IPV4.addSubnet('0.0.0.0', 0, 'ipv4')
const familyOf = (version: number) => (version === 6 ? 'ipv6' : 'ipv4')

const equal = (a: number, b: number) => a === b

const plain: Readonly<Record<string, Read>> = {
  StringEquals: string({ wildcards: false }),
  StringEqualsIgnoreCase: string({ wildcards: false, ignoreCase: true }),
  StringLike: string({ wildcards: true }),
  NumericEquals: numeric(equal),
  NumericLessThan: numeric((a, b) => a < b),
  NumericLessThanEquals: numeric((a, b) => a <= b),
  NumericGreaterThan: numeric((a, b) => a > b),
  NumericGreaterThanEquals: numeric((a, b) => a >= b),
  DateEquals: date(equal),
  DateLessThan: date((a, b) => a < b),
  DateLessThanEquals: date((a, b) => a <= b),
  DateGreaterThan: date((a, b) => a > b),
  DateGreaterThanEquals: date((a, b) => a >= b),
  Bool: bool,
  BinaryEquals: binary,
  IpAddress: ipAddress,
  ArnEquals: arn,
  ArnLike: arn,
}

const negated: Readonly<Record<string, Read>> = {
  StringNotEquals: plain.StringEquals!,
  StringNotEqualsIgnoreCase: plain.StringEqualsIgnoreCase!,
  StringNotLike: plain.StringLike!,
  NumericNotEquals: plain.NumericEquals!,
  DateNotEquals: plain.DateEquals!,
  NotIpAddress: plain.IpAddress!,
  ArnNotEquals: plain.ArnEquals!,
  ArnNotLike: plain.ArnLike!,
}

const operators = new Map<string, Operator>([
  ...Object.entries(plain).map(([name, read]) => [name.toLowerCase(), { read, isNegated: false }] as const),
  ...Object.entries(negated).map(([name, read]) => [name.toLowerCase(), { read, isNegated: true }] as const),
])

/** The names of the operators, for messages. `Null` is one beside them. */
export const OPERATORS: readonly string[] = [...Object.keys(plain), ...Object.keys(negated), 'Null']

/**
 * The operator of a name, in any case; undefined of an unknown one.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
 */
export function operatorOf(name: string): Operator | undefined {
  return operators.get(name.toLowerCase())
}

/** Reads texts of policies. @param variables whether `${…}` is a variable in them */
export function textReader(variables: boolean, isKey: (key: string) => boolean): ReadText {
  return (text, options) => readGlob(text, { ...options, variables }, isKey)
}
