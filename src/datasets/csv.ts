import { InvalidInputException } from '../contract/errors.ts'
import { checkActionEventType, commonFields, compileSplit, type Interaction, toMilliseconds } from './interaction.ts'
import { foldName } from './names.ts'
import { type Field, idFields, type Schema, valueFields } from './schema.ts'
import { parseValue, quote, type Value } from './values.ts'

/** A user, item or action. */
export interface ImportedRecord {
  readonly id: string
  readonly values: readonly Value[]
}

/** An interaction of a file, which knows neither sessions nor event ids. */
export type ImportedInteraction = Omit<Interaction, 'anonymous' | 'sessionId' | 'eventId'>

/**
 * The rules of a CSV file of users, items or actions with this header. Columns match fields by their letters and digits
 * and may be in any order; one for a field with a null type may be absent.
 *
 * A column that is no field is ignored, as the service does: pandas writes its index as a column without a name. One
 * with a name is refused where a field has no column: a nullable field's misspelt column would be lost unseen.
 * @throws InvalidInputException for the header, in the service's words where columns are missing (error-messages.md);
 *   and from the function for a row, naming the column but not the line
 */
export function compileCsvRecords(
  schema: Schema,
  header: readonly string[],
): (row: readonly string[]) => ImportedRecord {
  const id = schema.fields.find(({ name }) => name === idFields[schema.datasetType])!
  const read = compileCells([id, ...valueFields(schema)], schema, header)
  return row => {
    const values = read(row)
    return { id: values[0] as string, values: values.slice(1) }
  }
}

/** The rules of a CSV file of interactions or action interactions, as `compileCsvRecords`; TIMESTAMP is in seconds. */
export function compileCsvInteractions(
  schema: Schema,
  header: readonly string[],
): (row: readonly string[]) => ImportedInteraction {
  const common = commonFields.flatMap(name => schema.fields.find(field => field.name === name) ?? [])
  const others = schema.fields.filter(field => !common.includes(field))
  const readCommon = compileCells(common, schema, header)
  const readOthers = compileCells(others, schema, header)
  const split = compileSplit(schema, others)
  const once = keepOnce()
  const checkType = schema.datasetType === 'ACTION_INTERACTIONS' ? checkActionEventType : () => {}
  return row => {
    const [userId, timestamp, eventType = ''] = readCommon(row) as readonly [string, number | bigint, string?]
    const timestampMs = toMilliseconds('TIMESTAMP', timestamp)
    checkType('EVENT_TYPE', eventType)
    // Each by its name: spreading what `split` gives takes longer than splitting.
    const { itemId, eventValue, details } = split(readOthers(row))
    return { userId, itemId, timestampMs, eventType: once(eventType), eventValue, details: once(details) }
  }
}

const REMEMBERED = 1000

/**
 * Gives for each of the first thousand texts always the same string: a million times `View` take the room of one. It is
 * a copy: a cell may be a slice that keeps all of the text around it in memory.
 */
function keepOnce(): (text: string) => string {
  const known = new Map<string, string>()
  return text => {
    const same = known.get(text)
    if (same !== undefined || known.size === REMEMBERED) return same ?? text
    const copy = Buffer.from(text).toString()
    known.set(copy, copy)
    return copy
  }
}

/** Reads the cells of `fields`, each from the column of its name; an absent column reads as empty. */
function compileCells(fields: readonly Field[], schema: Schema, header: readonly string[]) {
  const columns = columnsOf(schema, header)
  const places = fields.map(({ name }) => columns.get(foldName(name)) ?? header.length)
  return (row: readonly string[]): readonly Value[] => {
    if (row.length !== header.length)
      throw new InvalidInputException(`must have ${header.length} cells like the header, got ${row.length}`)
    const values: Value[] = []
    for (let i = 0; i < fields.length; i++) values.push(parseValue(fields[i]!, row[places[i]!] ?? ''))
    return values
  }
}

function columnsOf({ fields }: Schema, header: readonly string[]): ReadonlyMap<string, number> {
  const known = new Set(fields.map(({ name }) => foldName(name)))
  const columns = new Map<string, number>()
  for (const [i, column] of header.entries()) {
    const name = foldName(column)
    if (!known.has(name)) continue
    if (columns.has(name)) throw new InvalidInputException(`the column ${quote(column)} is there twice`)
    columns.set(name, i)
  }
  const missing = fields.filter(({ name, nullable }) => !nullable && !columns.has(foldName(name)))
  if (missing.length > 0)
    throw new InvalidInputException(
      `Input CSV is missing the following columns:[${missing.map(({ name }) => name).join(', ')}].`,
    )
  const absent = fields.find(({ name }) => !columns.has(foldName(name)))
  const stray = header.find(column => column.trim() !== '' && !known.has(foldName(column)))
  if (absent && stray !== undefined)
    throw new InvalidInputException(
      `the column ${quote(stray)} is not a field of the schema, and ${absent.name} has no column: rename or remove it`,
    )
  return columns
}
