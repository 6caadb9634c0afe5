import { camelCase } from '../../../src/datasets/names.ts'
import type { Field } from '../../../src/datasets/schema.ts'

/** The properties of a record, as a client would put them. */
export type Properties = Readonly<Record<string, unknown>>

/** The value of a field in properties; undefined where it has none. */
export function fieldValue(properties: Properties | undefined, { name }: Pick<Field, 'name'>): unknown {
  return properties?.[camelCase(name)] ?? undefined
}
