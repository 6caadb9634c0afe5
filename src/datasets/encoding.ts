import { camelCase } from './names.ts'
import { type Field, type Schema, valueFields } from './schema.ts'
import type { Value } from './values.ts'

/** The text under which a record's values are stored: a JSON array, a `long` beyond 2^53 as a string of digits. */
export function encodeValues(values: readonly Value[]): string {
  return JSON.stringify(values.some(isBigLong) ? values.map(encodeValue) : values)
}

/**
 * The values that `encodeValues` stored, in the order of the schema's fields. A record stored before its dataset's
 * schema was replaced has fewer: the fields added since are null.
 */
export function decodeValues(schema: Schema, text: string): readonly Value[] {
  const stored = JSON.parse(text) as readonly StoredValue[]
  return valueFields(schema).map((field, i) => decodeValue(field, stored[i] ?? null))
}

/** The `properties` of a record as a client would have put them: keys in camel case, no nulls, big longs as bigints. */
export function propertiesOf(schema: Schema, values: readonly Value[]): Readonly<Record<string, Value>> {
  const members = valueFields(schema).map(({ name }, i) => [camelCase(name), values[i] ?? null] as const)
  return Object.fromEntries(members.filter(([, value]) => value !== null))
}

/**
 * The non-null values of an interaction by field name, as a JSON object in the order of `fields`; '' if there are none.
 */
export function encodeDetails(fields: readonly Field[], values: readonly Value[]): string {
  let text = ''
  for (let i = 0; i < fields.length; i++) {
    const value = values[i]!
    if (value === null) continue
    // The names of fields are letters, digits and underscores.
    text += `${text === '' ? '{' : ','}"${fields[i]!.name}":${JSON.stringify(encodeValue(value))}`
  }
  return text === '' ? '' : `${text}}`
}

/** A stored value of a record, or of an interaction's details, as its field means it. */
export function decodeValue(field: Field, stored: StoredValue): Value {
  return field.type === 'long' && typeof stored === 'string' ? BigInt(stored) : stored
}

type StoredValue = Exclude<Value, bigint>

function encodeValue(value: Value): StoredValue {
  return isBigLong(value) ? String(value) : value
}

function isBigLong(value: Value): value is bigint {
  return typeof value === 'bigint'
}
