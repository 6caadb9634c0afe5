import type { StoredInteraction } from '../store/rows.ts'
import { decodeValue } from './encoding.ts'
import { type Field, idFields, type Schema } from './schema.ts'
import type { Value } from './values.ts'

/**
 * Returns a function for the values of an interaction in the order of the schema's fields, its time in whole seconds
 * since 1970.
 */
export function compileCells({
  datasetType,
  fields,
}: Pick<Schema, 'datasetType' | 'fields'>): (interaction: StoredInteraction) => readonly Value[] {
  // The values of an interaction that are kept apart from its details (see `StoredInteraction`).
  const apart: Readonly<Record<string, (interaction: StoredInteraction) => Value>> = {
    __proto__: null as never, // a field may be called `constructor`
    USER_ID: ({ userId }) => userId,
    [idFields[datasetType]]: ({ itemId }) => itemId,
    TIMESTAMP: wholeSeconds,
    EVENT_TYPE: ({ eventType }) => eventType,
    ...(datasetType === 'INTERACTIONS' && { EVENT_VALUE: ({ eventValue }: StoredInteraction) => eventValue }),
  }
  return interaction => {
    const details = interaction.details === '' ? {} : JSON.parse(interaction.details)
    const ofDetails = (field: Field) =>
      Object.hasOwn(details, field.name) ? decodeValue(field, details[field.name]) : null
    return fields.map(field => apart[field.name]?.(interaction) ?? ofDetails(field))
  }
}

/** As a file has it: seconds since 1970 without a fraction. */
export function wholeSeconds({ timestampMs }: Pick<StoredInteraction, 'timestampMs'>): number {
  return Math.floor(timestampMs / 1000)
}
