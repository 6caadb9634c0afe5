import { ServiceException } from '../../../../src/contract/errors.ts'
import type { DatasetType, Domain } from '../../../../src/datasets/dataset-type.ts'
import { foldName } from '../../../../src/datasets/names.ts'
import { parseSchema, type Schema } from '../../../../src/datasets/schema.ts'
import { KINDS } from './kinds.ts'
import type { Column } from './propose.ts'

const RECORDS: Readonly<Record<DatasetType, string>> = {
  USERS: 'Users',
  ITEMS: 'Items',
  INTERACTIONS: 'Interactions',
  ACTIONS: 'Actions',
  ACTION_INTERACTIONS: 'ActionInteractions',
}

/** Returns the Avro text of the columns' schema, as CreateSchema takes it. */
export function schemaText(columns: readonly Column[], type: DatasetType): string {
  const fields = columns
    .filter(({ isUsed }) => isUsed)
    .map(({ name, kind, nullable }) => {
      const { type: of, categorical, textual } = KINDS[kind]
      return {
        name,
        type: nullable ? ['null', of] : of,
        ...(categorical && { categorical }),
        ...(textual && { textual }),
      }
    })
  const record = { type: 'record', name: RECORDS[type], namespace: 'com.amazonaws.personalize.schema' }
  return JSON.stringify({ ...record, fields, version: '1.0' }, null, 2)
}

/** Reads a schema by the server's own rules. Returns it, or its fault. */
export function readSchema(
  text: string,
  domain: Domain | undefined,
): { readonly schema: Schema } | { readonly fault: string } {
  try {
    return { schema: parseSchema(text, domain) }
  } catch (error) {
    if (error instanceof ServiceException) return { fault: error.message.replace(/^schema: /, '') }
    throw error
  }
}

/** The header that the file needs: the names of the fields, and '' for columns that are left out. */
export function headerFor(columns: readonly Column[]): readonly string[] {
  return columns.map(({ isUsed, name }) => (isUsed ? name : ''))
}

/**
 * Whether the file can stay as it is. The server matches columns by their letters and digits; it leaves out columns that
 * are no fields, unless a field has no column.
 */
export function isHeaderRight(columns: readonly Column[], schema: Schema): boolean {
  const matches = columns.every(({ isUsed, name, header }) => {
    const field = schema.fields.find(one => foldName(one.name) === foldName(header))
    return isUsed ? foldName(name) === foldName(header) : field === undefined
  })
  const absent = schema.fields.some(field => !columns.some(({ isUsed, name }) => isUsed && name === field.name))
  return matches && !(absent && columns.some(({ isUsed, header }) => !isUsed && header.trim() !== ''))
}
