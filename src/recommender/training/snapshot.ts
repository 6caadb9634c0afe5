import { decodeValues } from '../../datasets/encoding.ts'
import type { Dataset } from '../../datasets/of-group.ts'
import { Growing } from '../../engine/math/growing.ts'
import { share } from '../../engine/team/share.ts'
import { compileFields, type DatasetRecord } from '../../filters/dataset-record.ts'
import type { FoundInteraction } from '../../store/rows.ts'
import type { Store } from '../../store/store.ts'
import { now } from '../request/clock.ts'
import { type Choice, EVERYTHING, isChosenBy } from './choice.ts'
import { type ContextColumn, collectContexts } from './contexts.ts'
import type { TrainingEvent } from './events.ts'
import { impressionOf } from './impression.ts'
import { countLeftOut, type LeftOut } from './left-out.ts'
import { Numbering } from './numbering.ts'

/** Which events are trained on, and how much each counts. */
export interface EventRule {
  /** Left out: every type. */
  readonly eventType?: string | undefined
  /** The least event value; an event without a value is below any. */
  readonly threshold?: number | undefined
  readonly weight: number
}

export const EVERY_EVENT: readonly EventRule[] = [{ weight: 1 }]

/** Returns the weight of an event, 0 if it is looked at neither by a training nor by a request. */
export function weigher(rules: readonly EventRule[]) {
  return ({ eventType, eventValue }: Pick<FoundInteraction, 'eventType' | 'eventValue'>): number => {
    const rule = rules.find(({ eventType: type }) => type === undefined || type === eventType)
    if (!rule) return 0
    if (rule.threshold !== undefined && !(eventValue !== null && eventValue >= rule.threshold)) return 0
    return rule.weight
  }
}

/** The events of a dataset as numbers, user by user in the order of time. */
export interface EventTable {
  /** User u has the events offsets[u] .. offsets[u + 1]. */
  readonly offsets: Int32Array
  readonly items: Int32Array
  /** Milliseconds since 1970. */
  readonly times: Float64Array
  readonly weights: Float32Array
  /** Numbers of `eventTypes`. */
  readonly types: Int32Array
  readonly eventTypes: readonly string[]
  readonly contexts: readonly ContextColumn[]
  readonly users: readonly string[]
  /** How often an item was among those that a user was shown. */
  readonly shown: ReadonlyMap<number, number>
  /** The sequence number of the newest event, so that those after it can be told. */
  readonly seq: number
  /** The events that the rules look at and that were not chosen. */
  readonly left: LeftOut
}

export interface EventQuery {
  readonly rules?: readonly EventRule[]
  readonly excluded?: readonly string[]
  /** Is given the type of every event, of those too that the rules leave out. */
  readonly allTypes?: Set<string> | undefined
  /** Called now and then with how many events were read, and how many of these and of their users are taken. */
  readonly report?: (rows: number, events: number, users: number) => void
  /** Which of the events that the rules look at are taken; all unless given. */
  readonly choice?: Choice
  /** Where they are read; in the store unless given. */
  readonly source?: AsyncIterable<TrainingEvent>
}

const REPORT_ROWS = 8192

/** Reads events from the store; `items` numbers their items and learns new ones. */
export async function readEvents(
  store: Store,
  { id, schema }: Dataset,
  items: Numbering,
  { rules = EVERY_EVENT, excluded = [], allTypes, report, choice = EVERYTHING, source }: EventQuery = {},
): Promise<EventTable> {
  const weigh = weigher(rules)
  const isChosen = isChosenBy(choice)
  const left = countLeftOut(now(store.clock))
  const eventTypes = new Numbering()
  const contexts = collectContexts(schema, excluded)
  const columns = {
    items: new Growing(new Int32Array(1024)),
    times: new Growing(new Float64Array(1024)),
    weights: new Growing(new Float32Array(1024)),
    types: new Growing(new Int32Array(1024)),
  }
  const offsets = new Growing(new Int32Array(1024))
  const users: string[] = []
  const shown = new Map<number, number>()
  let rows = 0
  let seq = 0
  let met = 0
  let user: string | undefined
  for await (const event of source ?? store.interactions.scan(id, 'ALL')) {
    if (++rows % REPORT_ROWS === 0) report?.(rows, columns.items.length, users.length)
    seq = Math.max(seq, event.seq)
    if (event.repeated) continue
    allTypes?.add(event.eventType)
    const weight = weigh(event)
    if (weight === 0) continue
    const item = items.numberOf(event.itemId)
    for (const id of impressionOf(event.details)) {
      const item = items.numberOf(id)
      shown.set(item, (shown.get(item) ?? 0) + 1)
    }
    if (event.userId !== user) {
      user = event.userId
      met++
    }
    if (!isChosen(user, event.timestampMs)) {
      left.push(item, event.timestampMs)
      continue
    }
    if (users.at(-1) !== user) {
      users.push(user)
      offsets.push(columns.items.length)
    }
    columns.items.push(item)
    columns.times.push(event.timestampMs)
    columns.weights.push(weight)
    columns.types.push(eventTypes.numberOf(event.eventType))
    contexts.push(event.details)
  }
  offsets.push(columns.items.length)
  return {
    users,
    shown,
    // Training reads these on all cores; they are as long as their content.
    offsets: share(offsets.numbers),
    items: share(columns.items.numbers),
    times: share(columns.times.numbers),
    weights: share(columns.weights.numbers),
    types: columns.types.numbers,
    eventTypes: eventTypes.texts,
    contexts: contexts.columns(columns.items.numbers),
    seq,
    left: left.counted(met - users.length),
  }
}

/** The events of the users that are kept, in the same order. */
export function ofUsers(table: EventTable, isKept: (user: number) => boolean): EventTable {
  const kept = new Int32Array(table.users.keys().filter(isKept))
  if (kept.length === table.users.length) return table
  const offsets = new Int32Array(kept.length + 1)
  for (const [i, user] of kept.entries()) offsets[i + 1] = offsets[i]! + table.offsets[user + 1]! - table.offsets[user]!
  const pick = <Numbers extends Float64Array | Float32Array | Int32Array>(numbers: Numbers): Numbers => {
    const picked = new (numbers.constructor as new (length: number) => Numbers)(offsets.at(-1)!)
    for (const [i, user] of kept.entries())
      picked.set(numbers.subarray(table.offsets[user], table.offsets[user + 1]), offsets[i])
    return picked
  }
  return {
    ...table,
    offsets,
    users: Array.from(kept, user => table.users[user]!),
    items: pick(table.items),
    times: pick(table.times),
    weights: pick(table.weights),
    types: pick(table.types),
    contexts: table.contexts.map(column => ({ ...column, classes: pick(column.classes) })),
  }
}

/** Reads the records of a dataset, in the order of their ids, as filters and features take them. */
export async function* readRecords(store: Store, { id, schema }: Dataset): AsyncGenerator<DatasetRecord> {
  const toFields = compileFields(schema)
  for await (const record of store.records.scan(id, 'ALL'))
    yield { id: record.id, fields: toFields(decodeValues(schema, record.fields)) }
}
