/** The rows of a dataset as the store takes and returns them. */

/** A user, an item or an action. */
export interface StoredRecord {
  readonly id: string
  /** JSON array of the fields' values in the order of the schema, without the id; see `datasets/encoding.ts`. */
  readonly fields: string
}

/** An event as it is stored, whether it was put or imported. */
export interface StoredInteraction {
  /** The session's id while the user is anonymous (recording-events.md). */
  readonly userId: string
  readonly anonymous: boolean
  readonly sessionId: string | null
  /** The action's id in action interactions. */
  readonly itemId: string
  readonly timestampMs: number
  /**
   * As sent, also where the schema has no EVENT_TYPE: the API demands at least a placeholder. '' in an import without.
   */
  readonly eventType: string
  readonly eventId: string | null
  readonly eventValue: number | null
  /**
   * JSON object of all other fields by their names in the schema, without nulls; '' where there are none. See
   * `encodeDetails` of `datasets/encoding.ts`.
   */
  readonly details: string
}

/** An interaction of a file, which knows neither sessions nor event ids. */
export type ImportedInteraction = Omit<StoredInteraction, 'anonymous' | 'sessionId' | 'eventId'>

/** How a row came in: by a Put* call or by an import job; `ALL` is the rows in effect of both. */
export type Ingestion = 'PUT' | 'BULK' | 'ALL'

/** Facts of a row besides the stored ones. */
export interface Provenance {
  readonly ingestion: Exclude<Ingestion, 'ALL'>
  /** Grows with every write to the store: the greater is the newer. */
  readonly seq: number
}

export interface FoundRecord extends StoredRecord, Provenance {}

/** A row of the table `records`, by the columns that reads of both stores name. */
export function toRecord(row: Readonly<Record<string, unknown>>): FoundRecord {
  return {
    id: row.id as string,
    fields: row.fields as string,
    ingestion: row.source === 0 ? 'PUT' : 'BULK',
    seq: row.seq as number,
  }
}

export interface FoundInteraction extends StoredInteraction, Provenance {
  /** Its eventId had come before: kept, not trained on. */
  readonly repeated: boolean
}

/** All that models count of an event, as watchers of a store receive it. */
export interface WatchedEvent
  extends Pick<FoundInteraction, 'seq' | 'userId' | 'itemId' | 'timestampMs' | 'eventType' | 'eventValue'> {
  /** As stored where the event says which items were shown (IMPRESSION), else ''. */
  readonly details: string
}

/** All that models count of an event with this number. @param userId whose it is */
export function toldEvent(event: StoredInteraction, seq: number, userId = event.userId): WatchedEvent {
  const { itemId, timestampMs, eventType, eventValue, details } = event
  const shown = details.includes('"IMPRESSION"') ? details : ''
  return { seq, userId, itemId, timestampMs, eventType, eventValue, details: shown }
}
