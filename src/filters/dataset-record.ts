import { type Schema, valueFields } from '../datasets/schema.ts'
import type { Value } from '../datasets/values.ts'

/** A value as filters compare it: that of a categorical field is its categories. */
export type FieldValue = Value | readonly string[]

/** The record of an item, an action or a user, as filters and features read it. */
export interface DatasetRecord {
  readonly id: string
  /** In the order of the schema without the id; none where nothing is known of it. */
  readonly fields: readonly FieldValue[]
}

/** How many texts of categories are remembered: few are met often. */
const TEXTS_MAX = 10_000

/**
 * Gives what turns the values of a record (`decodeValues`) into the fields of a candidate: `drama|horror` is split
 * once, and records with the same categories share one list of them. Make one per schema, and keep it.
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
