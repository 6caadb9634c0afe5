import { decodeValues } from '../datasets/encoding.ts'
import type { Candidate } from '../filters/candidates.ts'
import type { FoundInteraction, StoredRecord } from '../store/rows.ts'
import type { Store } from '../store/store.ts'
import type { LoadedModel } from './models.ts'
import type { Person } from './ranker.ts'
import type { Sources } from './snapshot.ts'

/** Of a user's events, so many of the newest are what a model looks at. */
export const HISTORY_MAX = 200
/** A filter looks at 100 of each event type. */
const FILTERED_MAX = 1000

/** How many of a user's events are read for a model: more where only some count, lest the others crowd them out. */
export const eventsRead = ({ isSelective }: LoadedModel) => (isSelective ? FILTERED_MAX : HISTORY_MAX)

/** What is known of a user at this moment. */
export interface Known {
  readonly person: Person
  /** The record of the Users dataset; without fields where there is none. */
  readonly candidate: Candidate
  /** With items, or of models of actions with actions; newest first. */
  readonly events: readonly FoundInteraction[]
}

/**
 * Reads a user, or an anonymous session, from the store: every request has the newest events and properties, and nothing
 * of it is remembered.
 */
export async function readPerson(
  store: Store,
  sources: Sources,
  model: LoadedModel,
  userId: string,
  isFiltered: boolean,
): Promise<Known> {
  const { INTERACTIONS, ACTION_INTERACTIONS, USERS } = sources
  const events = INTERACTIONS
    ? await store.interactions.ofUser(INTERACTIONS.id, userId, isFiltered ? FILTERED_MAX : eventsRead(model))
    : []
  const record = USERS && (await store.records.get(USERS.id, userId))
  const known = knownOf(sources, model, userId, events, record)
  if (!model.isOfActions) return known
  const decisions = ACTION_INTERACTIONS
    ? await store.interactions.ofUser(ACTION_INTERACTIONS.id, userId, FILTERED_MAX)
    : []
  const past = decisions.map(({ itemId, eventType, timestampMs }) => ({
    item: model.shelf.numberOf(itemId),
    eventType,
    timestampMs,
  }))
  const eventCounts = new Map(
    [...Map.groupBy(events, ({ eventType }) => eventType)].map(([type, { length }]) => [type, length]),
  )
  return { ...known, person: { ...known.person, past, eventCounts }, events: decisions }
}

/** A user as a model sees one. @param events the newest first */
export function knownOf(
  { USERS }: Sources,
  model: LoadedModel,
  userId: string,
  events: readonly FoundInteraction[],
  record: StoredRecord | undefined,
): Known {
  const fields = USERS && record ? model.fieldsOf(USERS.schema)(decodeValues(USERS.schema, record.fields)) : []
  const properties = USERS ? model.userReader(USERS.schema).properties(fields) : []
  return { person: { userId, ...historyOf(events, model), properties }, candidate: { id: userId, fields }, events }
}

/** The newest events that count, those of items that the model knows, the oldest first. */
function historyOf(events: readonly FoundInteraction[], { shelf, weigh }: LoadedModel) {
  const items: number[] = []
  const weights: number[] = []
  let counted = 0
  for (const event of events) {
    const weight = weigh(event)
    if (weight === 0) continue
    if (++counted > HISTORY_MAX) break
    const item = shelf.numberOf(event.itemId)
    if (item < 0 || item >= shelf.trained) continue
    items.push(item)
    weights.push(weight)
  }
  return { history: Int32Array.from(items).reverse(), weights: Float32Array.from(weights).reverse() }
}
