import { DEPTH_MAX, isTooDeep } from '../contract/depth.ts'
import { InvalidInputException } from '../contract/errors.ts'
import { faultOf } from '../contract/json-fault.ts'
import { camelCase, foldName, nearestName } from './names.ts'
import { type Field, idFields, type Schema, valueFields } from './schema.ts'
import { NumberText, parseValue, quote, type Value } from './values.ts'

export interface RecordRules {
  /**
   * The values of a record, in the order of the schema's fields without the id.
   * @param where the beginning of an error's message: `users.1.member.properties: `
   * @param leftOut gets the keys that are no field, where these are not refused
   * @throws InvalidInputException for malformed JSON, a value that `parseValue` refuses, or a missing field that has no
   *   null type. Also for a key that is the id, that comes in two spellings, or that is no field and therefore refused
   */
  parseRecord(where: string, properties: string | undefined, leftOut?: string[]): readonly Value[]
}

/**
 * The fate of a key that is no field of the schema: it is left out, or the call is refused. Programs in production rely
 * on leaving it out: a Magento module sends three with every event, Amplify `duration` with its events of videos.
 */
export type UnknownKeys = 'ignore' | 'refuse'

/**
 * The rules of PutUsers, PutItems and PutActions. A key matches a field by its letters and digits (`foldName`); of a
 * key written twice the last counts, as in JSON.parse. Compile them once per schema: the spellings met are remembered.
 */
export function compileRecordRules(schema: Schema, unknownKeys: UnknownKeys): RecordRules {
  const fields = valueFields(schema)
  const read = compileProperties(fields, [idFields[schema.datasetType]], unknownKeys)
  return {
    parseRecord(where, properties, leftOut = []) {
      const before = leftOut.length
      return complete(fields, read(where, properties, leftOut), where, leftOut, before)
    },
  }
}

/**
 * Reads `properties` into the values of `fields`, undefined where a field is not given.
 * @param elsewhere names that are refused as keys, because their values come from beside `properties`
 * @returns a function that appends the keys that are no field to its `leftOut`
 */
export function compileProperties(
  fields: readonly Field[],
  elsewhere: readonly string[],
  unknownKeys: UnknownKeys,
): (where: string, properties: string | undefined, leftOut: string[]) => (Value | undefined)[] {
  const refused = new Map(elsewhere.map(name => [foldName(name), camelCase(name)]))
  const places = new Map(fields.map(({ name }, place) => [foldName(name), place]))
  for (const name of refused.keys()) places.delete(name)
  const names = fields.map(({ name }) => camelCase(name))
  const none = fields.map((): Value | undefined => undefined)
  const spellings = new Map<string, number>()

  const known = [...places.values()].map(place => names[place]!)
  const unknown = (key: string) =>
    `${quote(key)} is not a field of the schema, which has ${known.join(', ')}${perhaps(nearestName(key, known))}`
  const notHere = (name?: string) => name && `${name} is not allowed inside properties: it comes from beside them`

  const placeOf = (where: string, key: string): number => {
    const name = foldName(key)
    const isRefused = refused.has(name) || unknownKeys === 'refuse'
    const place = places.get(name) ?? (isRefused ? undefined : LEFT_OUT)
    if (place === undefined) throw new InvalidInputException(where + (notHere(refused.get(name)) ?? unknown(key)))
    const most = place === LEFT_OUT ? maxSpellings / 2 : maxSpellings
    if (spellings.size < most && key.length <= 2 * name.length) spellings.set(key, place)
    return place
  }

  return (where, properties, leftOut) => {
    const values = none.slice()
    if (properties === undefined) return values
    const object = parseObject(where, properties)
    for (const key in object) {
      const place = spellings.get(key) ?? placeOf(where, key)
      if (place === LEFT_OUT) {
        leftOut.push(key)
        continue
      }
      if (values[place] !== undefined) throw new InvalidInputException(where + givenTwice(names[place]!, key, object))
      values[place] = parseValue(fields[place]!, object[key], where, names[place])
    }
    return values
  }
}

/**
 * The values with null for those not given.
 * @param leftOut the keys that were left out: of these values, those from the place `before` on
 * @throws InvalidInputException naming the fields that cannot be null, and the keys that may be meant to be them
 */
export function complete(
  fields: readonly Field[],
  values: (Value | undefined)[],
  where: string,
  leftOut: readonly string[],
  before: number,
): readonly Value[] {
  for (let i = 0; i < fields.length; i++) {
    if (values[i] !== undefined) continue
    if (!fields[i]!.nullable)
      throw new InvalidInputException(where + missing(fields, values) + strays(fields, leftOut.slice(before)))
    values[i] = null
  }
  return values as readonly Value[]
}

/** The place of a key that is no field. */
const LEFT_OUT = -1

/**
 * How many spellings of its keys a schema remembers, so that a client cannot fill the memory with them. Half of them at
 * most are of keys that are no field, which leaves room for the others.
 */
const maxSpellings = 1000

/**
 * A number that a double may not hold: one of 16 digits or more, or with a large exponent of either sign. Some strings
 * look like this too.
 */
const manyDigits = /\d[\d.]{15}|\d[eE][+-]?\d{3}/

function parseObject(where: string, text: string): Readonly<Record<string, unknown>> {
  if (isTooDeep(text)) refuseJson(where, `is nested more than ${DEPTH_MAX} deep`)
  let parsed: unknown
  try {
    parsed = manyDigits.test(text) ? JSON.parse(text, keepDigits) : JSON.parse(text)
  } catch (error) {
    refuseJson(where, `is malformed${faultOf(text, error)}`)
  }
  if (typeof parsed === 'string') {
    const error = new InvalidInputException(MALFORMED)
    error.hint = 'properties is a JSON string inside a JSON string: encode it once'
    throw error
  }
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) refuseJson(where, `is ${kindOf(parsed)}`)
  return parsed as Readonly<Record<string, unknown>>
}

function kindOf(parsed: unknown): string {
  if (parsed === null) return 'null'
  return Array.isArray(parsed) ? 'an array' : `a ${typeof parsed}`
}

/** The service's own words, for a string inside a string as well, where they are all that it says (aws-sdk-js#2773). */
const MALFORMED = 'Error parsing properties json'

function refuseJson(where: string, problem: string): never {
  throw new InvalidInputException(
    `${MALFORMED}: ${where.replace(/: $/, '')} must be a JSON object as text, and ${problem}`,
  )
}

function keepDigits(_key: string, value: unknown, context?: { source?: string }): unknown {
  const source = context?.source
  // 1e-400 is no whole number, and 0 is one.
  const isRounded = () => !Number.isFinite(value) || (value === 0 && /^-?[\d.]*[1-9]/.test(source!))
  const isKept = typeof value === 'number' && source && (source.length > 15 || isRounded())
  return isKept ? new NumberText(source) : value
}

function givenTwice(name: string, key: string, object: Readonly<Record<string, unknown>>): string {
  const first = Object.keys(object).find(other => other !== key && foldName(other) === foldName(key))!
  return `${name} is given twice, as ${quote(first)} and ${quote(key)}`
}

/** A hint, for the end of a message. */
function perhaps(name: string | undefined): string {
  return name === undefined ? '' : `; is it ${name}?`
}

const STRAYS_SHOWN = 3

function strays(fields: readonly Field[], keys: readonly string[]): string {
  if (keys.length === 0) return ''
  const names = fields.map(({ name }) => camelCase(name))
  const shown = keys.slice(0, STRAYS_SHOWN).map(key => {
    const meant = nearestName(key, names)
    return meant === undefined ? quote(key) : `${quote(key)} (is it ${meant}?)`
  })
  const more = keys.length > STRAYS_SHOWN ? ` and ${keys.length - STRAYS_SHOWN} more` : ''
  return `; not fields of the schema are ${shown.join(', ')}${more}`
}

function missing(fields: readonly Field[], values: readonly (Value | undefined)[]): string {
  const names = fields
    .filter((field, i) => !field.nullable && values[i] === undefined)
    .map(({ name }) => camelCase(name))
  return `${names.join(', ')} must be given, having no null type in the schema`
}
