import { type Schema, valueFields } from '../datasets/schema.ts'
import type { Value } from '../datasets/values.ts'

/** A value as filters compare it. The value of a categorical field is its list of categories. */
export type FieldValue = Value | readonly string[]

/** The record of an item, an action or a user, as filters and features read it. */
export interface DatasetRecord {
  readonly id: string
  /** In the order of the schema without the id. Empty if there is no record. */
  readonly fields: readonly FieldValue[]
}

/** The most texts of categories that are remembered. A catalogue has few that occur often. */
const TEXTS_MAX = 10_000

/**
 * Returns a function that turns the values of a record (`decodeValues`) into the fields of a candidate. It splits
 * `drama|horror` once, and records with the same categories share one list of them. Make one for each schema, and keep
 * it.
 */
export function compileFields(schema: Schema): (values: readonly Value[]) => readonly FieldValue[] {
  const categorical = valueFields(schema).map(field => field.categorical)
  const known = new Map<string, readonly string[]>()
  const split = (text: string): readonly string[] => {
    const shared = known.get(text)
    if (shared) return shared
    const categories = text.split('|')
    if (known.size < TEXTS_MAX) known.set(text, categories)
    return categories
  }
  return values => values.map((value, i) => (categorical[i] && value !== null ? split(value as string) : value))
}
