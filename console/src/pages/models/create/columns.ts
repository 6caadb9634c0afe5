import type { Schemas } from '../../../../../src/datasets/of-group.ts'
import type { Schema } from '../../../../../src/datasets/schema.ts'

/** Columns that training cannot do without. */
const NEEDED = /^(USER_ID|ITEM_ID|ACTION_ID|TIMESTAMP|EVENT_TYPE)$/

/** The columns of a dataset that training may leave out. */
export function excludable(schema: Schema | undefined): readonly string[] {
  return schema?.fields.map(({ name }) => name).filter(name => !NEEDED.test(name)) ?? []
}

/** The columns that have a number for every item, of which an objective may be made. */
export function numeric({ ITEMS }: Schemas): readonly string[] {
  const numbers = ITEMS?.fields.filter(({ type, nullable }) => !nullable && /^(int|long|float|double)$/.test(type))
  return numbers?.map(({ name }) => name) ?? []
}
