import { InvalidInputException } from '../contract/errors.ts'
import { tidyList, trimmed } from './blanks.ts'
import { hintFor, isNullWord } from './cell-hints.ts'
import type { Field, FieldType } from './schema.ts'

/** A value as its field means it. A `long` is a number up to 2^53 and a bigint beyond, so that it keeps every digit. */
export type Value = string | number | bigint | boolean | null

/** A number of JSON as it was written, where a double might not hold all of its digits. */
export class NumberText {
  readonly text: string
  constructor(text: string) {
    this.text = text
  }
}

/** The value is not of its field's type: it breaks no other rule. */
export class UnreadableValue extends InvalidInputException {}

/**
 * Reads a value of JSON, or a cell of a CSV file, as its field means it:
 *
 * - `int`, `long`: a whole number in range; `45.0` and `4.5e1` are whole
 * - `float`, `double`: a finite number in range
 * - `boolean`: true or false, or one of these words, or its first letter, in any case: as spreadsheets and SQL write
 * - `string`: a string, never a number; 1000 characters at most (limits.md) unless textual, 256 if it is an id
 *
 * Numbers and booleans may be strings: the guide's own samples send `"numRatings": "13"`.
 *
 * Blanks around a value are none of it, unless it is textual: the guide prints rows of CSV with one after each comma.
 * Neither are those around a category. Empty is null. So is a categorical value without a category, such as `|`, and of
 * `A||B|` stays `A|B`. The guide allows blanks and describes no error, and a stored empty category would become a real
 * one in training.
 *
 * No text may have the NUL character (U+0000): PostgreSQL keeps none, and both stores take the same. Nor half of a
 * surrogate pair, which has no UTF-8: kept as U+FFFD, two items would become one.
 *
 * @param where the beginning of an error's message: a path, or '' for a cell
 * @param name how the client calls the field
 * @throws InvalidInputException if the value is not of the field's type (an UnreadableValue), or is null and the field
 *   has no null type. Also if it breaks the rule for a reserved field (requirements.ts)
 */
export function parseValue(field: Field, raw: unknown, where = '', name = field.name): Value {
  if (isPlain(field, raw)) return typeof raw === 'number' ? raw + 0 : raw
  if (typeof raw === 'string' && !field.textual) raw = isList(field) ? tidyList(raw) : trimmed(raw)
  if (raw === null || raw === '') {
    if (field.nullable) return null
    const problem = `${name} must not be ${raw === null ? 'null' : 'empty'}`
    throw new InvalidInputException(`${where}${problem}: ${field.name} has no null type in the schema`)
  }
  if (field.type === 'string' && typeof raw === 'string' && raw.length > 256) checkLength(field, raw, where, name)
  if (typeof raw === 'string' && raw.includes(NUL))
    throw new InvalidInputException(`${where}${name} must not contain the NUL character (U+0000)`)
  if (typeof raw === 'string' && !raw.isWellFormed())
    throw new InvalidInputException(`${where}${name} must be well-formed Unicode, without halves of surrogate pairs`)
  const value = parsers[field.type](raw)
  if (value === undefined) throw new UnreadableValue(`${where}${name} ${mismatch(field, raw, where === '')}`)
  const problem = field.rule?.(value as number | bigint)
  if (problem) throw new InvalidInputException(`${where}${name} ${problem}`)
  return value
}

/** The usual value in JSON: already as its field means it. (A whole number of 32 bits is in any range.) */
function isPlain(field: Field, raw: unknown): raw is string | number {
  const { type, rule } = field
  if (typeof raw === 'number') return (raw | 0) === raw && type !== 'string' && type !== 'boolean' && !rule
  if (typeof raw !== 'string' || type !== 'string' || raw.length === 0 || raw.length > 256) return false
  return !raw.includes(NUL) && raw.isWellFormed() && isTidy(field, raw)
}

function isTidy(field: Field, raw: string): boolean {
  return field.textual || (isList(field) ? tidyList(raw) : trimmed(raw)) === raw
}

/** Whether `|` separates several values: categories, or the items of an impression. */
export function isList({ categorical, name }: Field): boolean {
  return categorical || name === 'IMPRESSION'
}

const NUL = '\0'

const parsers: Readonly<Record<FieldType, (raw: unknown) => Value | undefined>> = {
  string: raw => (typeof raw === 'string' ? raw : undefined),
  int: raw => parseWhole(raw, -(2 ** 31), 2 ** 31 - 1),
  long: raw => parseWhole(raw, -(2n ** 63n), 2n ** 63n - 1n),
  float: raw => parseReal(raw, Math.fround),
  double: raw => parseReal(raw, Number),
  boolean: raw => booleans.get(typeof raw === 'string' ? raw.toLowerCase() : raw),
}

/** TRUE and FALSE are of spreadsheets, t and f of PostgreSQL's COPY. */
const booleans = new Map<unknown, boolean>([
  ...[true, 'true', 't'].map(raw => [raw, true] as const),
  ...[false, 'false', 'f'].map(raw => [raw, false] as const),
])

function parseWhole(raw: unknown, least: number | bigint, most: number | bigint): number | bigint | undefined {
  const value = Number.isSafeInteger(raw)
    ? (raw as number)
    : isShortWhole(raw)
      ? Number(raw)
      : exactWhole(decimalText(raw))
  if (value === undefined || value < least || value > most) return undefined
  const number = Number(value)
  return Number.isSafeInteger(number) ? number + 0 : value
}

/** @param inType rounds a number to the type: infinite if it is out of range */
function parseReal(raw: unknown, inType: (value: number) => number): number | undefined {
  const value = typeof raw === 'number' ? raw : Number(decimalText(raw) ?? Number.NaN)
  return Number.isFinite(inType(value)) ? value + 0 : undefined
}

/** The usual whole number in a CSV file; a double holds it exactly. */
function isShortWhole(raw: unknown): boolean {
  return typeof raw === 'string' && /^\d{1,15}$/.test(raw)
}

/** The decimal notation of a number, if it is one. `String` is exact for the 15 digits that an unmarked number has. */
function decimalText(raw: unknown): string | undefined {
  const text = raw instanceof NumberText ? raw.text : typeof raw === 'number' ? String(raw) : raw
  if (typeof text !== 'string') return undefined
  if (decimal.test(text)) return text
  return decimal.test(text.trim()) ? text.trim() : undefined
}

const decimal = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/
const longDigits = 19

/**
 * The whole number that a decimal writes, digit by digit; undefined where it is not whole or longer than any `long`.
 */
function exactWhole(text: string | undefined): bigint | undefined {
  if (text === undefined) return undefined
  const [mantissa, exponent = '0'] = text.toLowerCase().split('e')
  const [whole, fraction = ''] = mantissa!.replace(/^[+-]/, '').split('.')
  const digits = `${whole}${fraction}`.replace(/^0+/, '')
  if (digits === '') return 0n
  const shift = Number(exponent) - fraction.length
  if (digits.length + shift > longDigits || (shift < 0 && !/^0+$/.test(digits.slice(shift)))) return undefined
  const shifted = shift < 0 ? digits.slice(0, shift) : digits + '0'.repeat(shift)
  return text.startsWith('-') ? -BigInt(shifted) : BigInt(shifted)
}

/** Ids as the guide says (limits.md), the source as the API does (API_UBS_MetricAttribution.md). */
const lengths: Readonly<Record<string, number>> = {
  __proto__: null as never, // a field may be called `constructor`
  USER_ID: 256,
  ITEM_ID: 256,
  ACTION_ID: 256,
  EVENT_ATTRIBUTION_SOURCE: 1024,
}
const LENGTH_MAX = 1000

/** In the service's words (error-messages.md). Characters are code points, as in the API's own length constraints. */
function checkLength(field: Field, raw: string, where: string, name: string): void {
  const most = field.textual ? Number.POSITIVE_INFINITY : (lengths[field.name] ?? LENGTH_MAX)
  if (raw.length <= most) return
  const { length } = [...raw]
  const problem = `Length cannot be more than ${most} characters for ${field.name}, got ${length}`
  if (length > most) throw new InvalidInputException(`${where}${name}: ${problem}`)
}

const types: Readonly<Record<FieldType, readonly [name: string, hint?: string]>> = {
  string: ['a string'],
  int: ['an int', '; an int is a whole number from -2147483648 to 2147483647'],
  long: ['a long', '; a long is a whole number from -9223372036854775808 to 9223372036854775807'],
  float: ['a float', '; a float is a number from -3.4028234e38 to 3.4028234e38'],
  double: ['a double', '; a double is a number from -1.7976931348623157e308 to 1.7976931348623157e308'],
  boolean: ['a boolean', '; a boolean is true or false'],
}

/**
 * The words of the message about a value. The hints for cells are added where it is known whether one may be missing.
 */
function mismatch(field: Field, raw: unknown, isCell: boolean): string {
  const [name] = types[field.type]
  const isNumber = decimalText(raw) !== undefined
  const hint = typeof raw === 'string' && !isCell ? hintFor(field, field.nullable, raw, 'leave the property out') : ''
  return `must be ${name}, got ${describe(raw)}${isNumber ? numberHint(field, raw) : otherHint(field, raw) + hint}`
}

/** The range of the type, or the whole number nearest below: `Date.now() / 1000` is seconds with a fraction. */
function numberHint({ type }: Field, raw: unknown): string {
  const [name, range = ''] = types[type]
  const value = Number(decimalText(raw))
  const whole = Math.floor(value)
  const isFraction = (type === 'int' || type === 'long') && whole !== value && parsers[type](whole) !== undefined
  return isFraction ? `; ${name} is a whole number, such as ${whole} for this one` : range
}

function otherHint({ type, categorical }: Field, raw: unknown): string {
  if (Array.isArray(raw))
    return type !== 'string' ? '' : `; join ${categorical ? 'categories' : 'several texts'} with |`
  return type === 'boolean' && typeof raw === 'string' && !isNullWord(raw) ? types.boolean[1]! : ''
}

function describe(raw: unknown): string {
  if (raw instanceof NumberText) return `the number ${clip(raw.text)}`
  if (typeof raw === 'string') return `the string ${quote(raw)}`
  if (typeof raw === 'object') return Array.isArray(raw) ? 'an array' : 'an object'
  return `the ${typeof raw} ${raw}`
}

/** A string of the client's as messages show it: in quotes, cut after 40 characters. */
export function quote(text: string): string {
  return JSON.stringify(clip(text))
}

function clip(text: string): string {
  return text.length > 40 ? `${text.slice(0, 40)}…` : text
}
