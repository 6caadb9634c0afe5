import { decodeValues } from '../../datasets/encoding.ts'
import type { Dataset, DatasetsOfGroup } from '../../datasets/of-group.ts'
import { HISTORY_MAX } from '../../engine/blend/questions.ts'
import type { DatasetRecord } from '../../filters/dataset-record.ts'
import { type History, historyOf, NO_HISTORY } from '../../store/history.ts'
import type { FoundInteraction, StoredRecord } from '../../store/rows.ts'
import type { Store } from '../../store/store.ts'
import type { RequestUser } from '../families/ranker.ts'
import type { LoadedModel } from '../serving/open-model.ts'

/** Of each event type that a model or a recipe looks at, where only some do. */
export const OF_TYPE_MAX = 1000
/** This many events with items tell how active a user of action recommendations is. */
const ACTIVITY_MAX = 1000

/** The state of a user at this moment. */
export interface KnownUser {
  readonly user: RequestUser
  /** The record of the Users dataset; without fields where there is none. */
  readonly record: DatasetRecord
  /** The fields of this record as they are stored. */
  readonly stored: string | undefined
  /** Those of the user's history or past, in its order. */
  readonly told: () => readonly FoundInteraction[]
  /** The number of the newest event: with an item, or of models of actions with an action. */
  readonly newest: number | undefined
  /** Whether filters or the recipe look at events. */
  readonly isLookedFor: boolean
  /** Those that were looked for, and maybe others; none where none were. */
  readonly lookedFor: History
}

/** Events that are to be looked for, for any number of others. */
export interface LookedFor {
  readonly isWanted: (eventType: string) => boolean
  /** The wanted types in lower case; left out where they are not known by name. */
  readonly types?: readonly string[] | undefined
  /** The newest of each type, this many at most. */
  readonly most: number
}

/**
 * Reads a user, or an anonymous session, from the store: every request has the newest events and properties.
 */
export async function readUser(
  store: Store,
  sources: DatasetsOfGroup,
  model: LoadedModel,
  userId: string,
  wanted?: LookedFor,
): Promise<KnownUser> {
  const { INTERACTIONS, ACTION_INTERACTIONS, USERS } = sources
  const read = (source: Dataset | undefined, limit: number) => readNewest(store, source, userId, limit)
  const [{ history: all, ofTypes }, record] = await Promise.all([
    read(INTERACTIONS, model.isOfActions ? ACTIVITY_MAX : HISTORY_MAX),
    USERS && store.records.get(USERS.id, userId),
  ])
  const history = model.looksAt ? await ofTypes({ isWanted: model.looksAt, most: OF_TYPE_MAX }) : all
  const known = {
    ...knownOf(sources, model, userId, history, record),
    stored: record?.fields,
    isLookedFor: wanted !== undefined,
  }
  if (!model.isOfActions) {
    const told = () => eventsOfHistory(history, model)
    return { ...known, told, newest: all.newest, lookedFor: wanted ? await ofTypes(wanted) : NO_HISTORY }
  }
  const decisions = await read(ACTION_INTERACTIONS, OF_TYPE_MAX)
  const decided = decisions.history.events()
  const past = decided.map(({ itemId, eventType, timestampMs }) => ({
    item: model.itemIndex.numberOf(itemId),
    eventType,
    timestampMs,
  }))
  const [eventCounts, eventItems] = [countsOf(all.eventTypes), countsOf(all.itemIds)]
  const lookedFor = wanted ? await decisions.ofTypes(wanted) : NO_HISTORY
  const user = { ...known.user, past, eventCounts, eventItems }
  return { ...known, user, told: () => decided, newest: decisions.history.newest, lookedFor }
}

function countsOf(texts: readonly string[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>()
  for (const text of texts) counts.set(text, (counts.get(text) ?? 0) + 1)
  return counts
}

/** A user's newest events and, where those are not all, a way to more of the types that matter. */
async function readNewest(store: Store, source: Dataset | undefined, userId: string, limit: number) {
  const history = source ? await store.interactions.history(source.id, userId, limit) : NO_HISTORY
  return {
    history,
    ofTypes: async ({ isWanted, types, most }: LookedFor) =>
      source && history.length === limit && !haveAll(history.eventTypes, types, most)
        ? historyOf(await store.interactions.ofUserByType(source.id, userId, most, isWanted))
        : history,
  }
}

/** Whether the newest events, of these types, have enough of each of those types, so that older ones do not matter. */
export function haveAll(newest: readonly string[], types: readonly string[] | undefined, most: number): boolean {
  if (!types) return false
  const left = new Map(types.map(type => [type, most]))
  for (const eventType of newest) {
    const type = eventType.toLowerCase()
    const count = left.get(type)
    if (count === 1) left.delete(type)
    else if (count !== undefined) left.set(type, count - 1)
    if (left.size === 0) return true
  }
  return false
}

/** A user as a model sees one. */
export function knownOf(
  { USERS }: DatasetsOfGroup,
  model: LoadedModel,
  userId: string,
  history: History,
  record: StoredRecord | undefined,
): Pick<KnownUser, 'user' | 'record'> {
  const fields = USERS && record ? model.fieldsOf(USERS.schema)(decodeValues(USERS.schema, record.fields)) : []
  const properties = USERS ? model.userReader(USERS.schema).properties(fields) : []
  return { user: { userId, ...countedIn(history, model), properties }, record: { id: userId, fields } }
}

/** The newest events that count: those of items that the model was trained on, the oldest first, and other items. */
function countedIn(history: History, { itemIndex, weigh }: LoadedModel) {
  const { length } = history
  const [items, weights] = [new Int32Array(length), new Float32Array(length)]
  let counted = 0
  history.forEach((text, from, to, eventType, eventValue) => {
    const weight = weigh({ eventType, eventValue })
    if (weight === 0) return
    items[counted] = itemIndex.numberIn(text, from, to)
    weights[counted++] = weight
  })
  let late: Set<number> | undefined
  let kept = 0
  for (let at = Math.max(0, counted - HISTORY_MAX); at < counted; at++) {
    const item = items[at]!
    if (item >= itemIndex.trained) {
      late ??= new Set()
      late.add(item)
    } else if (item >= 0) {
      items[kept] = item
      weights[kept++] = weights[at]!
    }
  }
  return kept === length
    ? { history: items, weights, late }
    : { history: items.slice(0, kept), weights: weights.slice(0, kept), late }
}

/** The events of items that the model was trained on, of those that count, the oldest first. */
function eventsOfHistory(history: History, { itemIndex, weigh }: LoadedModel): readonly FoundInteraction[] {
  return history
    .events()
    .filter(event => weigh(event) !== 0)
    .slice(0, HISTORY_MAX)
    .filter(({ itemId }) => {
      const item = itemIndex.numberOf(itemId)
      return item >= 0 && item < itemIndex.trained
    })
    .toReversed()
}
