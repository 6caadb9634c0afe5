import { InvalidInputException } from '../contract/errors.ts'
import type { ActionInteraction, Event } from '../contract/generated/types.ts'
import type { StoredInteraction } from '../store/rows.ts'
import type { DatasetType } from './dataset-type.ts'
import { encodeDetails } from './encoding.ts'
import { foldName } from './names.ts'
import { compileProperties, complete, type UnknownKeys } from './properties.ts'
import { inSeconds } from './requirements.ts'
import { type Field, idFields, type Schema } from './schema.ts'
import { parseValue, quote, type Value } from './values.ts'

export interface InteractionRules {
  /**
   * @param leftOut gets the keys of `properties` that are no field, where these are not refused
   * @throws InvalidInputException naming the member or property that breaks a rule
   */
  parseEvent(
    path: string,
    told: { userId?: string | undefined; sessionId: string; event: Event },
    leftOut?: string[],
  ): StoredInteraction
  /** As `parseEvent`. */
  parseActionInteraction(path: string, interaction: ActionInteraction, leftOut?: string[]): StoredInteraction
}

/**
 * The rules of PutEvents and PutActionInteractions for the schema of their dataset.
 *
 * The item, the event's value and the values of other fields may come beside `properties`. Or they come inside, as in
 * the guide's older samples; but not differently in both. A member of the API is kept even if the schema has no field
 * for it.
 */
export function compileInteractionRules(schema: Schema, unknownKeys: UnknownKeys): InteractionRules {
  const read = compileInteraction(schema, unknownKeys)
  return {
    parseEvent(path, { userId, sessionId, event }, leftOut = []) {
      // Each member by its name: of a copy of the event, reading takes a fourth longer.
      const told = {
        path,
        userId,
        sessionId,
        timestampMs: toMilliseconds(`${path}.sentAt`, event.sentAt),
        itemId: event.itemId,
        eventType: event.eventType,
        eventId: event.eventId,
        eventValue: event.eventValue,
        properties: event.properties,
        impression: listOf(`${path}.impression`, event.impression),
        recommendationId: event.recommendationId,
        eventAttributionSource: event.metricAttribution?.eventAttributionSource,
      }
      return read(told, leftOut)
    },
    parseActionInteraction(path, interaction, leftOut = []) {
      const told = {
        ...interaction,
        path,
        timestampMs: toMilliseconds(`${path}.timestamp`, interaction.timestamp),
        eventType: checkActionEventType(`${path}.eventType`, interaction.eventType),
        impression: listOf(`${path}.impression`, interaction.impression),
      }
      return read(told, leftOut)
    },
  }
}

/** The ids of an impression as they are stored. @throws InvalidInputException if one has their separator */
function listOf(path: string, ids: readonly string[] | undefined): string | undefined {
  const odd = ids?.findIndex(id => id.includes('|')) ?? -1
  if (odd < 0) return ids?.join('|')
  throw new InvalidInputException(
    `${path}.${odd + 1}.member must not contain |, which separates the items of an impression`,
  )
}

/**
 * A time of a client in milliseconds, from seconds since 1970 with a fraction.
 *
 * A time that can only be milliseconds is refused. The service answers 200 to those (aws-sdk-js#3370); kept, they would
 * be the newest of their user for ever. So is a time before 1970. 0 is a time:
 * public datasets without times are numbered from there.
 * @throws InvalidInputException
 */
export function toMilliseconds(name: string, seconds: number | bigint): number {
  const problem = inSeconds(seconds)
  if (problem) throw new InvalidInputException(`${name} ${problem}`)
  if (!(seconds >= 0)) throw new InvalidInputException(`${name} must not be before 1970, got ${seconds}`)
  return Math.round(Number(seconds) * 1000)
}

/**
 * The event type of an action interaction, as it was sent: the guide writes `Not Taken`, `Not taken` and `NOT_TAKEN`.
 */
export function checkActionEventType(name: string, eventType: string): string {
  if (actionEventTypes.has(foldName(eventType))) return eventType
  throw new InvalidInputException(`${name} must be Viewed, Taken or Not Taken, got ${quote(eventType)}`)
}

const actionEventTypes = new Set(['viewed', 'taken', 'nottaken'])

/** An event or action interaction as it was put. */
interface Told extends Partial<Readonly<Record<(typeof memberNames)[number], string | number | undefined>>> {
  readonly path: string
  readonly userId?: string | undefined
  readonly sessionId: string
  readonly timestampMs: number
  readonly eventType: string
  readonly eventId?: string | undefined
  readonly properties?: string | undefined
}

/** Members beside `properties` for the field of that name, such as a SESSION_ID of the schema's own. */
const memberNames = [
  'itemId',
  'actionId',
  'sessionId',
  'eventType',
  'eventValue',
  'impression',
  'recommendationId',
  'eventAttributionSource',
] as const

/** Refused inside `properties` by both operations (API_UBS_Event.md and API_UBS_ActionInteraction.md). */
const elsewhere = ['userId', 'sessionId', 'eventType', 'timestamp', 'recommendationId', 'impression']

function compileInteraction(
  schema: Schema,
  unknownKeys: UnknownKeys,
): (told: Told, leftOut: string[]) => StoredInteraction {
  const fields = eventFields(schema)
  const split = compileSplit(schema, fields)
  const read = compileProperties(fields, elsewhere, unknownKeys)
  const members = fields.flatMap((field, place) => {
    const member = memberNames.find(member => foldName(member) === foldName(field.name))
    return member === undefined ? [] : [{ field, place, member }]
  })
  return (told, leftOut) => {
    const { path, userId, sessionId, timestampMs, eventType, eventId = null } = told
    const before = leftOut.length
    const values = read(`${path}.properties: `, told.properties, leftOut)
    for (const { field, place, member } of members) {
      if (told[member] === undefined) continue
      const value = parseValue(field, told[member], `${path}.`, member)
      if (values[place] !== value && (values[place] ?? null) !== null)
        throw new InvalidInputException(`${path}.properties: ${member} must be as it is beside properties, or absent`)
      values[place] = value
    }
    const who = { userId: userId ?? sessionId, anonymous: userId === undefined, sessionId }
    const { itemId, eventValue, details } = split(complete(fields, values, `${path}: `, leftOut, before))
    return { ...who, itemId, timestampMs, eventType, eventId, eventValue, details }
  }
}

/** The fields that every interaction has a column of its own for. */
export const commonFields: readonly string[] = ['USER_ID', 'TIMESTAMP', 'EVENT_TYPE']

/**
 * Whether a request may give a value of this field of events in `context` (contextual-metadata.md). Fields that have
 * their own place in the API say nothing of the circumstances.
 */
export function isContext({ name }: Pick<Field, 'name'>): boolean {
  return !commonFields.includes(name) && name !== idFields.INTERACTIONS && !isMember('INTERACTIONS', name)
}

/** Whether the API has a member of events for a field. */
export function isMember(datasetType: DatasetType, name: string): boolean {
  return memberFields[datasetType]?.some(member => member.name === name) ?? false
}

/** The fields of the schema whose values an event tells, and those that the API has members for. */
function eventFields({ datasetType, fields }: Schema): readonly Field[] {
  const known = new Set(fields.map(({ name }) => foldName(name)))
  const own = fields.filter(({ name }) => !commonFields.includes(name))
  return [...own, ...(memberFields[datasetType] ?? []).filter(({ name }) => !known.has(foldName(name)))]
}

const optional = { nullable: true, categorical: false, textual: false }
const listing: readonly Field[] = [
  { name: 'IMPRESSION', type: 'string', ...optional },
  { name: 'RECOMMENDATION_ID', type: 'string', ...optional },
]
const memberFields: Readonly<Partial<Record<DatasetType, readonly Field[]>>> = {
  INTERACTIONS: [
    { name: 'EVENT_VALUE', type: 'float', ...optional },
    ...listing,
    { name: 'EVENT_ATTRIBUTION_SOURCE', type: 'string', ...optional },
  ],
  ACTION_INTERACTIONS: listing,
}

/** Takes the item, the event's value and the details out of the values of `fields`. */
export function compileSplit(schema: Schema, fields: readonly Field[]) {
  const item = fields.findIndex(({ name }) => name === idFields[schema.datasetType])
  const eventValue = schema.datasetType === 'INTERACTIONS' ? fields.findIndex(({ name }) => name === 'EVENT_VALUE') : -1
  const others = fields.flatMap((_, i) => (i === item || i === eventValue ? [] : [i]))
  const otherFields = others.map(i => fields[i]!)
  return (values: readonly Value[]): Pick<StoredInteraction, 'itemId' | 'eventValue' | 'details'> => ({
    itemId: values[item] as string,
    eventValue: (values[eventValue] ?? null) as number | null,
    details: encodeDetails(
      otherFields,
      others.map(i => values[i]!),
    ),
  })
}
