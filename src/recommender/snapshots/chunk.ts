import type { Details, EventChunk, TrainingEvent } from '../training/events.ts'
import { Numbering, numbersIn } from '../training/numbering.ts'

/** A chunk ends after this many events or characters of their details, also in the middle of a user's. */
const CHUNK_EVENTS = 1 << 16
const CHUNK_DETAILS = 1 << 26

/** Collects the events of chunks, which come user by user, and numbers their items and types. */
export class ChunkBuilder {
  readonly items = new Numbering()
  readonly types = new Numbering()
  readonly #itemOf = numbersIn(this.items)
  readonly #typeOf = numbersIn(this.types)
  readonly #times = new Float64Array(CHUNK_EVENTS)
  readonly #values = new Float64Array(CHUNK_EVENTS)
  readonly #items = new Uint32Array(CHUNK_EVENTS)
  readonly #types = new Uint32Array(CHUNK_EVENTS)
  readonly #repeated = new Uint8Array(CHUNK_EVENTS)
  #users: string[] = []
  #counts: number[] = []
  #details: string[] = []
  #detailsLength = 0

  get isFull(): boolean {
    return this.#details.length === CHUNK_EVENTS || this.#detailsLength >= CHUNK_DETAILS
  }

  get isEmpty(): boolean {
    return this.#details.length === 0
  }

  push({ userId, itemId, timestampMs, eventType, eventValue, details, repeated }: TrainingEvent): void {
    const at = this.#begin(userId)
    this.#times[at] = timestampMs
    this.#values[at] = eventValue ?? Number.NaN
    this.#items[at] = this.items.numberOf(itemId)
    this.#types[at] = this.types.numberOf(eventType)
    this.#repeated[at] = repeated ? 1 : 0
    this.#end(details)
  }

  /** The event of another chunk at a place, which is the user's. */
  copy(chunk: EventChunk, userId: string, event: number): void {
    const at = this.#begin(userId)
    this.#times[at] = chunk.times[event]!
    this.#values[at] = chunk.values[event]!
    this.#items[at] = this.#itemOf(chunk.itemIds, chunk.items[event]!)
    this.#types[at] = this.#typeOf(chunk.eventTypes, chunk.types[event]!)
    this.#repeated[at] = chunk.repeated[event]!
    this.#end(chunk.details.at(event))
  }

  #begin(userId: string): number {
    if (this.#users.at(-1) !== userId) {
      this.#users.push(userId)
      this.#counts.push(0)
    }
    this.#counts[this.#counts.length - 1]!++
    return this.#details.length
  }

  #end(details: string): void {
    this.#details.push(details)
    this.#detailsLength += details.length
  }

  /** The collected events, as long as no other is pushed; the next one begins another chunk. */
  take(): EventChunk {
    const { users, counts, details, ...columns } = this.#columns()
    return {
      ...columns,
      users,
      offsets: offsetsOf(counts),
      details: { at: event => details[event]!, include: text => details.some(one => one.includes(text)) },
      itemIds: this.items.texts,
      eventTypes: this.types.texts,
    }
  }

  /** The same as bytes, without what the numbers stand for. */
  takeBytes(): Buffer {
    return packChunk(this.#columns())
  }

  #columns(): Columns {
    const count = this.#details.length
    const columns = {
      users: this.#users,
      counts: Uint32Array.from(this.#counts),
      times: this.#times.subarray(0, count),
      values: this.#values.subarray(0, count),
      items: this.#items.subarray(0, count),
      types: this.#types.subarray(0, count),
      repeated: this.#repeated.subarray(0, count),
      details: this.#details,
    }
    this.#users = []
    this.#counts = []
    this.#details = []
    this.#detailsLength = 0
    return columns
  }
}

/** The events of a store in chunks, each as long as the next is not asked for. */
export async function* inChunks(events: AsyncIterable<TrainingEvent>): AsyncGenerator<EventChunk> {
  const builder = new ChunkBuilder()
  for await (const event of events) {
    builder.push(event)
    if (builder.isFull) yield builder.take()
  }
  if (!builder.isEmpty) yield builder.take()
}

/** The same without the events before a time, in milliseconds since 1970. */
export function since(chunk: EventChunk, from: number): EventChunk {
  const kept = new Uint32Array(chunk.times.length)
  const users: string[] = []
  const offsets = [0]
  let count = 0
  for (const [user, userId] of chunk.users.entries()) {
    const before = count
    for (let event = chunk.offsets[user]!; event < chunk.offsets[user + 1]!; event++)
      if (chunk.times[event]! >= from) kept[count++] = event
    if (count === before) continue
    users.push(userId)
    offsets.push(count)
  }
  if (count === kept.length) return chunk
  const places = kept.subarray(0, count)
  return {
    ...chunk,
    users,
    offsets: Uint32Array.from(offsets),
    times: Float64Array.from(places, event => chunk.times[event]!),
    values: Float64Array.from(places, event => chunk.values[event]!),
    items: Uint32Array.from(places, event => chunk.items[event]!),
    types: Uint32Array.from(places, event => chunk.types[event]!),
    repeated: Uint8Array.from(places, event => chunk.repeated[event]!),
    details: { at: place => chunk.details.at(places[place]!), include: chunk.details.include },
  }
}

interface Columns extends Pick<EventChunk, 'users' | 'times' | 'values' | 'items' | 'types' | 'repeated'> {
  /** How many events each of the users has here. */
  readonly counts: Uint32Array
  readonly details: readonly string[]
}

function offsetsOf(counts: Uint32Array): Uint32Array {
  const offsets = new Uint32Array(counts.length + 1)
  for (const [user, count] of counts.entries()) offsets[user + 1] = offsets[user]! + count
  return offsets
}

/** Columns that most datasets do not fill are there only if a chunk has such. */
const [HAS_VALUES, HAS_REPEATED, HAS_DETAILS] = [1, 2, 4]
const HEAD_BYTES = 24

/** Numbers of 64 bits come first, then those of 32, so that each column begins at a multiple of its width. */
function packChunk({ users, counts, times, values, items, types, repeated, details }: Columns): Buffer {
  const flags =
    (values.some(value => !Number.isNaN(value)) ? HAS_VALUES : 0) |
    (repeated.includes(1) ? HAS_REPEATED : 0) |
    (details.some(text => text !== '') ? HAS_DETAILS : 0)
  const ids = packed(users)
  const texts = flags & HAS_DETAILS ? packed(details) : NO_TEXTS
  const head = Uint32Array.of(users.length, times.length, flags, ids.bytes.length, texts.bytes.length, 0)
  const columns = [
    head,
    times,
    ...(flags & HAS_VALUES ? [values] : []),
    counts,
    items,
    types,
    ids.ends,
    texts.ends,
    ids.bytes,
    texts.bytes,
    ...(flags & HAS_REPEATED ? [repeated] : []),
  ]
  return Buffer.concat(columns.map(({ buffer, byteOffset, byteLength }) => Buffer.from(buffer, byteOffset, byteLength)))
}

/**
 * The events of `ChunkBuilder.takeBytes`.
 * @param bytes at a multiple of 8 of their buffer
 * @param rest what the numbers of items and types stand for
 */
export function unpackChunk(bytes: Uint8Array, rest: Pick<EventChunk, 'itemIds' | 'eventTypes'>): EventChunk {
  const { buffer, byteOffset } = bytes
  const [users = 0, events = 0, flags = 0, idBytes = 0, textBytes = 0] = new Uint32Array(buffer, byteOffset, 6)
  let at = byteOffset + HEAD_BYTES
  const next = <Kind>(Kind: new (buffer: ArrayBufferLike, offset: number, length: number) => Kind, length: number) => {
    const column = new Kind(buffer, at, length)
    at += length * (Kind as unknown as { readonly BYTES_PER_ELEMENT: number }).BYTES_PER_ELEMENT
    return column
  }
  const times = next(Float64Array, events)
  const values = flags & HAS_VALUES ? next(Float64Array, events) : new Float64Array(events).fill(Number.NaN)
  const counts = next(Uint32Array, users)
  const items = next(Uint32Array, events)
  const types = next(Uint32Array, events)
  const idEnds = next(Uint32Array, users)
  const textEnds = next(Uint32Array, flags & HAS_DETAILS ? events : 0)
  const ids = next(Uint8Array, idBytes)
  const texts = next(Uint8Array, textBytes)
  return {
    ...rest,
    users: Array.from(idEnds, (_, at) => textAt(ids, idEnds, at)),
    offsets: offsetsOf(counts),
    times,
    values,
    items,
    types,
    repeated: flags & HAS_REPEATED ? next(Uint8Array, events) : new Uint8Array(events),
    details: flags & HAS_DETAILS ? packedDetails(texts, textEnds) : NO_DETAILS,
  }
}

/** The users of `ChunkBuilder.takeBytes`. */
export function usersIn(bytes: Uint8Array): readonly string[] {
  return unpackChunk(bytes, { itemIds: [], eventTypes: [] }).users
}

const NO_DETAILS: Details = { at: () => '', include: text => text === '' }

/** Makes a text only of those that are asked for. */
function packedDetails(bytes: Uint8Array, ends: Uint32Array): Details {
  const all = bufferOf(bytes)
  return { at: event => textAt(bytes, ends, event), include: text => all.includes(text) }
}

interface Packed {
  readonly bytes: Buffer
  readonly ends: Uint32Array
}

const NO_TEXTS: Packed = { bytes: Buffer.alloc(0), ends: new Uint32Array(0) }

/** Texts as one run of UTF-8, and where each ends. */
function packed(texts: readonly string[]): Packed {
  const ends = new Uint32Array(texts.length)
  let end = 0
  for (const [at, text] of texts.entries()) {
    end += Buffer.byteLength(text)
    ends[at] = end
  }
  return { bytes: Buffer.from(texts.join('')), ends }
}

/** The text at a place of those that `packed` packed. */
function textAt(bytes: Uint8Array, ends: Uint32Array, at: number): string {
  return bufferOf(bytes).toString('utf8', at === 0 ? 0 : ends[at - 1], ends[at])
}

const bufferOf = ({ buffer, byteOffset, byteLength }: Uint8Array) => Buffer.from(buffer, byteOffset, byteLength)
