import { decodeValues } from '../../datasets/encoding.ts'
import type { Dataset } from '../../datasets/of-group.ts'
import type { Schema } from '../../datasets/schema.ts'
import { Growing } from '../../engine/math/growing.ts'
import { share } from '../../engine/team/share.ts'
import { compileFields, type DatasetRecord } from '../../filters/dataset-record.ts'
import type { Store } from '../../store/store.ts'
import { now } from '../request/clock.ts'
import { inChunks } from '../snapshots/chunk.ts'
import { type ContextColumn, collectContexts } from './contexts.ts'
import { EVERY_EVENT, type EventRule, weigherOfChunks } from './event-rules.ts'
import type { EventChunk } from './events.ts'
import { eachShown, IMPRESSION_KEY } from './impression.ts'
import { countLeftOut, type LeftOut } from './left-out.ts'
import { type NumberIn, Numbering, numbersIn } from './numbering.ts'
import { type Choice, EVERYTHING, isChosenBy } from './training-window.ts'

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
  /** The number up to which it has the events that were put, so that those after it can be told. */
  readonly seq: number
  /** The events that the rules look at and that were not chosen. */
  readonly left: LeftOut
}

/** Which of the events are looked at, and which of these are taken. */
interface EventSelection {
  readonly rules?: readonly EventRule[]
  readonly excluded?: readonly string[]
  /** Learns the type of every event, of those too that the rules leave out. */
  readonly allTypes?: Numbering | undefined
  /** Which of the events that the rules look at are taken; all unless given. */
  readonly choice?: Choice
}

interface EventQuery extends EventSelection {
  /** Called now and then with how many events were read, and how many of these and of their users are taken. */
  readonly report?: (rows: number, events: number, users: number) => void
  /** Where they are read, and the number up to which those that were put are there; in the store unless given. */
  readonly source?: AsyncIterable<EventChunk>
  readonly seq?: number
}

/** Reads events from the store; `items` numbers their items and learns new ones. */
export async function readEvents(
  store: Store,
  { id, schema }: Dataset,
  items: Numbering,
  { report, source = inChunks(store.interactions.scan(id, 'ALL')), seq = 0, ...selection }: EventQuery = {},
): Promise<EventTable> {
  const table = new TableBuilder(schema, items, now(store.clock), selection)
  let rows = 0
  for await (const chunk of source) {
    table.push(chunk)
    rows += chunk.times.length
    report?.(rows, table.events, table.users)
  }
  return { ...table.finished(), seq }
}

/** Collects the events of a table, which come user by user. */
class TableBuilder {
  readonly #weigh: ReturnType<typeof weigherOfChunks>
  readonly #isChosen: ReturnType<typeof isChosenBy>
  readonly #itemNumbers: Numbering
  readonly #eventTypes = new Numbering()
  readonly #itemOf: NumberIn
  readonly #typeOf: NumberIn
  readonly #meetType: NumberIn
  readonly #left: ReturnType<typeof countLeftOut>
  readonly #contexts: ReturnType<typeof collectContexts>
  readonly #users: string[] = []
  readonly #offsets = new Growing(new Int32Array(1024))
  readonly #items = new Growing(new Int32Array(1024))
  readonly #times = new Growing(new Float64Array(1024))
  readonly #weights = new Growing(new Float32Array(1024))
  readonly #types = new Growing(new Int32Array(1024))
  readonly #shown = new Map<number, number>()
  #user: string | undefined
  #usersMet = 0

  /** @param now the time of events that are later, in milliseconds since 1970 */
  constructor(
    schema: Schema,
    items: Numbering,
    now: number,
    { rules = EVERY_EVENT, excluded = [], allTypes = new Numbering(), choice = EVERYTHING }: EventSelection,
  ) {
    this.#weigh = weigherOfChunks(rules)
    this.#isChosen = isChosenBy(choice)
    this.#itemNumbers = items
    this.#itemOf = numbersIn(items)
    this.#typeOf = numbersIn(this.#eventTypes)
    this.#meetType = numbersIn(allTypes)
    this.#left = countLeftOut(now)
    this.#contexts = collectContexts(schema, excluded)
  }

  get events(): number {
    return this.#items.length
  }

  get users(): number {
    return this.#users.length
  }

  push(chunk: EventChunk): void {
    const hasImpressions = chunk.details.include(IMPRESSION_KEY)
    for (const [at, userId] of chunk.users.entries())
      for (let event = chunk.offsets[at]!; event < chunk.offsets[at + 1]!; event++) {
        if (chunk.repeated[event] === 0) this.#meetType(chunk.eventTypes, chunk.types[event]!)
        const weight = this.#weigh(chunk, event)
        if (weight === 0) continue
        const item = this.#itemOf(chunk.itemIds, chunk.items[event]!)
        if (hasImpressions) this.#countShown(chunk.details.at(event))
        if (userId !== this.#user) {
          this.#user = userId
          this.#usersMet++
        }
        const time = chunk.times[event]!
        if (this.#isChosen(userId, time)) this.#take(chunk, event, { userId, item, time, weight })
        else this.#left.push(item, time)
      }
  }

  #countShown(details: string): void {
    eachShown(details, (text, from, to) => {
      const item = this.#itemNumbers.numberOf(text.slice(from, to))
      this.#shown.set(item, (this.#shown.get(item) ?? 0) + 1)
    })
  }

  #take({ eventTypes, types, details }: EventChunk, event: number, { userId, item, time, weight }: TakenEvent): void {
    if (this.#users.at(-1) !== userId) {
      this.#users.push(userId)
      this.#offsets.push(this.#items.length)
    }
    this.#items.push(item)
    this.#times.push(time)
    this.#weights.push(weight)
    this.#types.push(this.#typeOf(eventTypes, types[event]!))
    if (this.#contexts.any) this.#contexts.push(details.at(event))
  }

  finished(): Omit<EventTable, 'seq'> {
    this.#offsets.push(this.#items.length)
    return {
      users: this.#users,
      shown: this.#shown,
      // Training reads these on all cores; they are as long as their content.
      offsets: share(this.#offsets.numbers),
      items: share(this.#items.numbers),
      times: share(this.#times.numbers),
      weights: share(this.#weights.numbers),
      types: this.#types.numbers,
      eventTypes: this.#eventTypes.texts,
      contexts: this.#contexts.columns(this.#items.numbers),
      left: this.#left.counted(this.#usersMet - this.#users.length),
    }
  }
}

interface TakenEvent {
  readonly userId: string
  readonly item: number
  readonly time: number
  readonly weight: number
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
