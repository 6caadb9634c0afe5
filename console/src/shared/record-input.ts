import { ServiceException } from '../../../src/contract/errors.ts'
import { toJson } from '../../../src/contract/json.ts'
import { camelCase } from '../../../src/datasets/names.ts'
import { type Field, type Schema, valueFields } from '../../../src/datasets/schema.ts'
import { parseValue, type Value } from '../../../src/datasets/values.ts'

/** The values of a form as they were typed, by the names of the fields. */
export type Draft = Readonly<Record<string, string>>

/** The properties of a record as the server shows them. */
export type Properties = Readonly<Record<string, unknown>>

/** The meaning of a form's texts. */
interface Read {
  /** By the keys of `properties`; empty ones are left out. */
  readonly values: Readonly<Record<string, Value>>
  /** The fault of each field that has one, by its name. */
  readonly faults: Readonly<Record<string, string>>
}

/** Returns the texts of a form for a record. */
export function draftOf(schema: Schema, properties: Properties): Draft {
  const texts = valueFields(schema).map(({ name }) => [name, String(properties[camelCase(name)] ?? '')])
  return Object.fromEntries(texts)
}

/** Reads a form by the server's own rules. */
export function readDraft(fields: readonly Field[], draft: Draft): Read {
  const { values, faults } = readFields(fields, draft)
  return { values: Object.fromEntries(Object.entries(values).map(([name, value]) => [camelCase(name), value])), faults }
}

/** As `readDraft`, with the values by the names of the fields. */
export function readFields(fields: readonly Field[], draft: Draft): Read {
  const values: Record<string, Value> = {}
  const faults: Record<string, string> = {}
  for (const field of fields) {
    try {
      const value = parseValue(field, draft[field.name] || null)
      if (value !== null) values[field.name] = value
    } catch (error) {
      if (!(error instanceof ServiceException)) throw error
      faults[field.name] = error.message
    }
  }
  return { values, faults }
}

/** The text of `properties` for values, with every digit of a long; undefined where there are none. */
export function propertiesText(values: Readonly<Record<string, Value>>): string | undefined {
  return Object.keys(values).length === 0 ? undefined : toJson(values)
}
