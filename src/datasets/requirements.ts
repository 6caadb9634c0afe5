import type { DatasetType, Domain } from './schema.ts'

/**
 * What the guide asks of a schema, by domain and dataset type, in its own words: a type (`long or float` where its
 * pages disagree), `categorical` or `textual` before it, `or null` after it where null is allowed.
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

/** The row of the table; undefined for actions and action interactions in a domain, which the guide rules out. */
export function requirementsOf(datasetType: DatasetType, domain: Domain | undefined): Requirements | undefined {
  return requirements[domain ?? 'CUSTOM'][datasetType]
}

/**
 * Whether a schema may give the field a null type: metadata and most reserved keywords may have one; what is required
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
