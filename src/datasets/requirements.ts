import type { DatasetType, Domain } from './dataset-type.ts'

/**
 * The guide's requirements of a schema, by domain and dataset type, in its own words. A type is `long or float` where
 * its pages disagree, `categorical` or `textual` stands before it, and `or null` after it where null is allowed.
 *
 * From custom-datasets-and-schemas.md, ECOMMERCE- and VIDEO-ON-DEMAND-datasets-and-schemas.md and limits.md. Every
 * reserved keyword but EVENT_TYPE may have a null type: the pages disagree on which, and an item's CREATION_TIMESTAMP
 * may be missing (items-datasets.md). No required field may.
 */
export interface Requirements {
  /** Must be there. `A / B` is one field under either name. */
  readonly required: Readonly<Record<string, string>>
  /** May be there, and then as stated. */
  readonly reserved: Readonly<Record<string, string>>
  /**
   * How many other fields there may be, at least and at most. A reserved categorical field will do for the least:
   * SUBSCRIPTION_MODEL is all the metadata of VIDEO_ON_DEMAND's default Users schema.
   */
  readonly metadata: readonly [least: number, most: number]
}

const interactions = { USER_ID: 'string', ITEM_ID: 'string', TIMESTAMP: 'long' }
const aboutEvents = {
  EVENT_VALUE: 'float or null',
  IMPRESSION: 'string or null',
  RECOMMENDATION_ID: 'string or null',
  EVENT_ATTRIBUTION_SOURCE: 'string or null',
}
const domainInteractions: Requirements = {
  required: { ...interactions, EVENT_TYPE: 'string' },
  reserved: aboutEvents,
  metadata: [0, 5],
}
const users: Requirements = { required: { USER_ID: 'string' }, reserved: {}, metadata: [1, 25] }

const requirements: Readonly<Record<Domain | 'CUSTOM', Readonly<Partial<Record<DatasetType, Requirements>>>>> = {
  CUSTOM: {
    INTERACTIONS: { required: interactions, reserved: { EVENT_TYPE: 'string', ...aboutEvents }, metadata: [0, 5] },
    USERS: users,
    ITEMS: {
      required: { ITEM_ID: 'string' },
      reserved: { CREATION_TIMESTAMP: 'long or null' },
      metadata: [1, 100],
    },
    ACTIONS: {
      required: { ACTION_ID: 'string' },
      reserved: {
        CREATION_TIMESTAMP: 'long or null',
        VALUE: 'long or null',
        TYPE: 'string or null',
        EXPIRATION_TIMESTAMP: 'long or null',
        ACTION_EXPIRATION_TIMESTAMP: 'long or null',
        REPEAT_FREQUENCY: 'long or null',
      },
      metadata: [1, 10],
    },
    ACTION_INTERACTIONS: {
      required: { USER_ID: 'string', ACTION_ID: 'string', EVENT_TYPE: 'string', TIMESTAMP: 'long' },
      reserved: { IMPRESSION: 'string or null', RECOMMENDATION_ID: 'string or null' },
      metadata: [0, 5],
    },
  },
  ECOMMERCE: {
    INTERACTIONS: domainInteractions,
    USERS: users,
    ITEMS: {
      required: { ITEM_ID: 'string', PRICE: 'float', CATEGORY_L1: 'categorical string' },
      reserved: {
        CATEGORY_L2: 'categorical string or null',
        CATEGORY_L3: 'categorical string or null',
        PRODUCT_DESCRIPTION: 'textual string or null',
        CREATION_TIMESTAMP: 'long or float or null',
        AGE_GROUP: 'categorical string or null',
        ADULT: 'categorical string or null',
        GENDER: 'categorical string or null',
      },
      metadata: [0, 100],
    },
  },
  VIDEO_ON_DEMAND: {
    INTERACTIONS: domainInteractions,
    USERS: { ...users, reserved: { SUBSCRIPTION_MODEL: 'categorical string or null' } },
    ITEMS: {
      required: { ITEM_ID: 'string', 'GENRES / GENRES_L1': 'categorical string', CREATION_TIMESTAMP: 'long' },
      reserved: {
        PRICE: 'float or null',
        DURATION: 'float or null',
        GENRE_L2: 'categorical string or null',
        GENRE_L3: 'categorical string or null',
        AVERAGE_RATING: 'float or null',
        PRODUCT_DESCRIPTION: 'textual string or null',
        CONTENT_OWNER: 'categorical string or null',
        CONTENT_CLASSIFICATION: 'categorical string or null',
      },
      metadata: [0, 100],
    },
  },
}

/** The fault of a value, for a message after the name of its field; undefined if there is none. */
export type ValueRule = (value: number | bigint) => string | undefined

/**
 * The guide's requirements of the values of fields that are numbers, by dataset type. Times are in seconds since 1970
 * (data-prep-formatting.md, items-datasets.md, actions-datasets.md), and may be before: films are. An action's VALUE is
 * from 1 to 10, its REPEAT_FREQUENCY 30 days at most (actions-datasets.md); 0 days are no wait. The time of an event
 * has a rule of its own (interaction.ts).
 */
const valueRules: Readonly<Partial<Record<DatasetType, Readonly<Record<string, ValueRule>>>>> = {
  ITEMS: { CREATION_TIMESTAMP: inSeconds },
  ACTIONS: {
    CREATION_TIMESTAMP: inSeconds,
    ACTION_CREATION_TIMESTAMP: inSeconds,
    EXPIRATION_TIMESTAMP: inSeconds,
    ACTION_EXPIRATION_TIMESTAMP: inSeconds,
    VALUE: between(1, 10, 'a whole number'),
    REPEAT_FREQUENCY: between(0, 30, 'a number of days'),
  },
}

/** The rule for the values of a field, where there is one. */
export function valueRuleOf(datasetType: DatasetType, name: string): ValueRule | undefined {
  const rules = valueRules[datasetType]
  return rules && Object.hasOwn(rules, name) ? rules[name] : undefined
}

/** From here on, which in seconds is the year 5138, a time can only be in a smaller unit. */
const SECONDS_MAX = 1e11
const units = [
  [1e17, 1e9, 'nanoseconds'],
  [1e14, 1e6, 'microseconds'],
  [SECONDS_MAX, 1e3, 'milliseconds'],
] as const

/**
 * A date, such as 20231114 of a warehouse, also with a time to the minute or the second. In seconds the date would be
 * of August 1970, and never at midnight; with a time, in milliseconds, of 1976 or of the 27th century. With the hour
 * alone it may be a time to come.
 */
const DATE_IN_DIGITS = /^((?:19|20)\d\d)(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])(?:([01]\d|2[0-3])([0-5]\d)([0-5]\d)?)?$/
const [FIRST_DATE, LAST_DATE] = [19_000_101, 20_991_231]

/** From here on a number is no time in any unit. */
const TIME_MAX = 1e20

/** Whether a time can be in seconds since 1970, or before 1970; the message names the right value. */
export function inSeconds(time: number | bigint): string | undefined {
  const seconds = Number(time)
  const canBeSeconds = Math.abs(seconds) < SECONDS_MAX
  if (canBeSeconds && !(seconds >= FIRST_DATE && seconds <= LAST_DATE)) return undefined
  const date = DATE_IN_DIGITS.exec(String(time))
  if (date) return `must be in seconds since 1970, such as ${secondsOf(date)}, got ${time}, which looks like a date`
  if (canBeSeconds) return undefined
  const unit = units.find(([least]) => Math.abs(seconds) >= least)
  if (!unit) return undefined
  if (Math.abs(seconds) >= TIME_MAX) return `must be in seconds since 1970, such as 1596153600, got ${time}`
  const right = Math.floor(seconds / unit[1])
  return `must be in seconds since 1970, such as ${right}, got ${time}, which looks like ${unit[2]}`
}

function secondsOf([, year, month, day, hour = '0', minute = '0', second = '0']: readonly string[]): number {
  return Date.UTC(Number(year), Number(month) - 1, Number(day), Number(hour), Number(minute), Number(second)) / 1000
}

function between(least: number, most: number, what: string): ValueRule {
  return value =>
    value >= least && value <= most ? undefined : `must be ${what} from ${least} to ${most}, got ${value}`
}

/** The row of the table; undefined for actions and action interactions in a domain, which the guide rules out. */
export function requirementsOf(datasetType: DatasetType, domain: Domain | undefined): Requirements | undefined {
  return requirements[domain ?? 'CUSTOM'][datasetType]
}

/**
 * Whether a schema may give the field a null type: metadata and most reserved keywords may have one; required fields
 * and EVENT_TYPE may not.
 */
export function mayBeNull(datasetType: DatasetType, domain: Domain | undefined, name: string): boolean {
  const { required, reserved } = requirementsOf(datasetType, domain)!
  const rule = Object.entries({ ...required, ...reserved }).find(([names]) => names.split(' / ').includes(name))
  return rule === undefined || rule[1].endsWith('or null')
}

/** Whether a field is metadata of the user's own, neither required nor a reserved keyword. */
export function isMetadata(datasetType: DatasetType, domain: Domain | undefined, name: string): boolean {
  const { required, reserved } = requirementsOf(datasetType, domain)!
  return !Object.keys({ ...required, ...reserved }).some(names => names.split(' / ').includes(name))
}
