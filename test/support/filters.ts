import type { DatasetType } from '../../src/datasets/dataset-type.ts'
import type { Schemas } from '../../src/datasets/of-group.ts'
import { idFields, parseSchema, type Schema } from '../../src/datasets/schema.ts'
import type { Value } from '../../src/datasets/values.ts'
import { checkFilter } from '../../src/filters/check.ts'
import { compileFields, type DatasetRecord } from '../../src/filters/dataset-record.ts'
import { compileFilter, type FilterContext } from '../../src/filters/evaluate.ts'
import { parseFilter } from '../../src/filters/parser.ts'
import { type FilterValues, fillIn } from '../../src/filters/values.ts'

const required = (name: string, type = 'string') => ({ name, type })
const optional = (name: string, type = 'string', more: object = {}) => ({ name, type: ['null', type], ...more })
const category = (name: string) => optional(name, 'string', { categorical: true })
const ofEvent = [required('EVENT_TYPE'), required('TIMESTAMP', 'long')]

const schemaOf = (name: string, fields: readonly object[]) =>
  parseSchema(JSON.stringify({ type: 'record', name, fields }))

/** The schemas of a dataset group with the fields of the guide's examples. */
export const schemas: Readonly<Record<DatasetType, Schema>> = {
  INTERACTIONS: schemaOf('Interactions', [required('USER_ID'), required('ITEM_ID'), ...ofEvent, category('DEVICE')]),
  USERS: schemaOf('Users', [
    optional('AGE', 'int'),
    required('USER_ID'),
    category('MEMBERSHIP'),
    category('MEMBERSHIP_STATUS'),
    optional('LOYALTY_NUMBER', 'long'),
  ]),
  ITEMS: schemaOf('Items', [
    ...['GENRE', 'CATEGORY', 'CATEGORY_L1', 'CATEGORY_L2', 'DESCRIPTION', 'OWNER', 'AVAILABLE'].map(category),
    required('ITEM_ID'),
    optional('PRICE', 'float'),
    optional('DOWNLOAD_COUNT', 'long'),
    optional('CREATION_TIMESTAMP', 'long'),
    optional('STUDIO'),
    optional('ADULT', 'boolean'),
    optional('PLOT', 'string', { textual: true }),
  ]),
  ACTIONS: schemaOf('Actions', [
    required('ACTION_ID'),
    category('CATEGORY'),
    category('MEMBERSHIP_LEVEL'),
    optional('VALUE', 'long'),
    optional('REPEAT_FREQUENCY', 'long'),
  ]),
  ACTION_INTERACTIONS: schemaOf('ActionInteractions', [required('USER_ID'), required('ACTION_ID'), ...ofEvent]),
}

export type Properties = Readonly<Record<string, Value>>

/** Returns a record of one of `schemas`; its other fields are null. */
export function candidateOf(type: DatasetType, id: string, properties: Properties = {}): DatasetRecord {
  const own = schemas[type].fields.filter(({ name }) => name !== idFields[type])
  return { id, fields: compileFields(schemas[type])(own.map(({ name }) => properties[name] ?? null)) }
}

/** Returns the test of an expression. */
export function filterOf(
  expression: string,
  filterValues?: FilterValues,
  context: FilterContext = {},
  group: Schemas = schemas,
) {
  return compileFilter(fillIn(checkFilter(parseFilter(expression), group), filterValues), context)
}

export type Records = Readonly<Record<string, Properties>>

/** Returns the ids of the records that pass an expression. */
export function passed(
  type: DatasetType,
  records: Records,
  expression: string,
  values?: FilterValues,
  context?: FilterContext,
) {
  const passes = filterOf(expression, values, context)
  return Object.entries(records).flatMap(([id, properties]) => (passes(candidateOf(type, id, properties)) ? id : []))
}

/** A context with this user. */
export const userWith = (properties: Properties) => ({ currentUser: candidateOf('USERS', 'u', properties) })

/** A context with these interactions, newest first. */
export const eventsOf = (...pairs: readonly (readonly [id: string, eventType: string])[]) => {
  return { interactions: { eventTypes: pairs.map(([, eventType]) => eventType), idOf: (at: number) => pairs[at]![0] } }
}

/** The items of the guide's examples. */
export const items: Records = {
  boot: { CATEGORY: 'shoe|winter', CATEGORY_L1: 'shoe', CATEGORY_L2: 'boot', DESCRIPTION: 'boot', PRICE: 80 },
  pump: { CATEGORY: 'shoe', CATEGORY_L1: 'shoe', CATEGORY_L2: 'pump', DESCRIPTION: 'pump', PRICE: 50 },
  watch: { CATEGORY: 'watch', CATEGORY_L1: 'watch', CATEGORY_L2: 'luxury', DESCRIPTION: 'luxury', OWNER: 'in-house' },
  film: { GENRE: 'comedy|drama', PRICE: 10, CREATION_TIMESTAMP: 1000, AVAILABLE: 'True', CATEGORY: 'clothing' },
  play: { GENRE: 'drama', PRICE: 20, CREATION_TIMESTAMP: 2000, AVAILABLE: 'False', CATEGORY: 'clothing' },
  new: {},
}
