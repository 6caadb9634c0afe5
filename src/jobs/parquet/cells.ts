import type { SchemaElement } from 'hyparquet'

/** A value of a column as the library reads it. */
export type ParquetValue = string | number | bigint | boolean | Date | Uint8Array | null | undefined

/** Types of values that are no text and no number, by their names in Parquet. */
const REFUSED = new Set(['TIME', 'TIME_MILLIS', 'TIME_MICROS', 'INTERVAL', 'BSON', 'GEOMETRY', 'GEOGRAPHY', 'FILE'])

/** The names of the types of times. */
const TIMES = new Set(['TIMESTAMP', 'TIMESTAMP_MILLIS', 'TIMESTAMP_MICROS', 'INT96', 'DATE'])

/** The name of a column's type as Parquet has it: of its meaning or, where it has none, of its bytes. */
export function typeOf({ logical_type, converted_type, type }: SchemaElement): string {
  return logical_type?.type ?? converted_type ?? type ?? 'STRUCT'
}

/**
 * Changes how the library reads a column. It makes numbers of decimals, which would lose the last digits of long ones,
 * and no text of a column of bytes without a meaning.
 */
export function prepare(element: SchemaElement): void {
  if (isDecimal(element)) {
    delete element.converted_type
    delete element.logical_type
  } else if (element.type === 'BYTE_ARRAY' && typeOf(element) === 'BYTE_ARRAY') element.converted_type = 'UTF8'
}

const isDecimal = (element: SchemaElement) => typeOf(element) === 'DECIMAL'

/**
 * Returns a function for the values of a column as the cells of CSV have them: null is '', a time is in whole seconds
 * since 1970. In a column of strings a time is ISO 8601, and NaN is ''. Undefined where the type has no such text.
 * @param element as it was before `prepare`
 */
export function cellsOf(element: SchemaElement, isString: boolean): ((value: ParquetValue) => string) | undefined {
  const type = typeOf(element)
  if (REFUSED.has(type) || type === 'FIXED_LEN_BYTE_ARRAY') return undefined
  if (type === 'DECIMAL') return orEmpty(decimalOf(element.scale ?? 0))
  if (TIMES.has(type)) return orEmpty(isString ? isoOf(type === 'DATE') : secondsOf)
  const textOf = type === 'FLOAT' ? shortestFloat : String
  // NaN is how pandas and Spark write a missing number. As an id it would be a user of that name.
  return orEmpty(isString ? value => (Number.isNaN(value) ? '' : textOf(value as never)) : textOf)
}

function orEmpty<Kind extends ParquetValue>(textOf: (value: Kind) => string): (value: ParquetValue) => string {
  return value => (value === null || value === undefined ? '' : textOf(value as Kind))
}

function secondsOf(time: Date): string {
  return String(Math.floor(time.getTime() / 1000))
}

const isoOf = (isDate: boolean) => (time: Date) => {
  const text = time.toJSON() ?? 'Invalid Date'
  return isDate ? text.slice(0, text.indexOf('T')) : text.replace('.000Z', 'Z')
}

/** The shortest number that means the same in 32 bits: .1, not .10000000149011612. */
function shortestFloat(value: number): string {
  if (Math.fround(Number(value.toPrecision(6))) === value) return String(Number(value.toPrecision(6)))
  for (const digits of [7, 8]) {
    const shorter = Number(value.toPrecision(digits))
    if (Math.fround(shorter) === value) return String(shorter)
  }
  return String(Number(value.toPrecision(9)))
}

/** The text of a decimal with all of its digits, from the whole number that Parquet stores. */
const decimalOf = (scale: number) => (value: number | bigint | Uint8Array) => {
  const whole = value instanceof Uint8Array ? bigEndian(value) : BigInt(value)
  const digits = String(whole < 0n ? -whole : whole).padStart(scale + 1, '0')
  const fraction = digits.slice(digits.length - scale).replace(/0+$/, '')
  return `${whole < 0n ? '-' : ''}${digits.slice(0, digits.length - scale)}${scale > 0 && fraction ? `.${fraction}` : ''}`
}

function bigEndian(bytes: Uint8Array): bigint {
  return BigInt.asIntN(bytes.length * 8, BigInt(`0x${Buffer.from(bytes).toString('hex') || '0'}`))
}
