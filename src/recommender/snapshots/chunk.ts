import type { TrainingEvent } from '../training/events.ts'

/** The events of some users as a file has them, column by column; numbers are those of the file's lists. */
export interface Chunk {
  readonly users: readonly string[]
  /** How many events each of the users has here. */
  readonly counts: Uint32Array
  readonly times: Float64Array
  /** NaN where an event has none. */
  readonly values: Float64Array
  readonly items: Uint32Array
  readonly types: Uint32Array
  readonly repeated: Uint8Array
  readonly details: readonly string[]
}

/** A chunk ends after so many events, or so many characters of their details, also in the middle of a user's. */
const CHUNK_EVENTS = 1 << 16
const CHUNK_DETAILS = 1 << 26

/** An event whose item and type have numbers. */
export interface NumberedEvent extends Omit<TrainingEvent, 'itemId' | 'eventType' | 'seq'> {
  readonly item: number
  readonly type: number
}

/** Collects the events of a chunk, which come user by user. */
export class ChunkBuilder {
  readonly #users: string[] = []
  readonly #counts: number[] = []
  readonly #times = new Float64Array(CHUNK_EVENTS)
  readonly #values = new Float64Array(CHUNK_EVENTS)
  readonly #items = new Uint32Array(CHUNK_EVENTS)
  readonly #types = new Uint32Array(CHUNK_EVENTS)
  readonly #repeated = new Uint8Array(CHUNK_EVENTS)
  readonly #details: string[] = []
  #detailsLength = 0

  get isFull(): boolean {
    return this.#details.length === CHUNK_EVENTS || this.#detailsLength >= CHUNK_DETAILS
  }

  get isEmpty(): boolean {
    return this.#details.length === 0
  }

  push({ userId, timestampMs, eventValue, item, type, repeated, details }: NumberedEvent): void {
    if (this.#users.at(-1) !== userId) {
      this.#users.push(userId)
      this.#counts.push(0)
    }
    this.#counts[this.#counts.length - 1]!++
    const at = this.#details.length
    this.#times[at] = timestampMs
    this.#values[at] = eventValue ?? Number.NaN
    this.#items[at] = item
    this.#types[at] = type
    this.#repeated[at] = repeated ? 1 : 0
    this.#details.push(details)
    this.#detailsLength += details.length
  }

  /** The bytes of the collected events; the next event begins another chunk. */
  take(): Buffer {
    const count = this.#details.length
    const bytes = packChunk({
      users: this.#users,
      counts: Uint32Array.from(this.#counts),
      times: this.#times.subarray(0, count),
      values: this.#values.subarray(0, count),
      items: this.#items.subarray(0, count),
      types: this.#types.subarray(0, count),
      repeated: this.#repeated.subarray(0, count),
      details: this.#details,
    })
    this.#users.length = 0
    this.#counts.length = 0
    this.#details.length = 0
    this.#detailsLength = 0
    return bytes
  }
}

/** Columns that most datasets do not fill are there only if a chunk has such. */
const [HAS_VALUES, HAS_REPEATED, HAS_DETAILS] = [1, 2, 4]
const HEAD_BYTES = 24

/** Numbers of 64 bits come first, then those of 32, so that each column begins at a multiple of its width. */
function packChunk({ users, counts, times, values, items, types, repeated, details }: Chunk): Buffer {
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

/** The columns of a chunk that `ChunkBuilder.take` returned. @param bytes at a multiple of 8 of their buffer */
export function unpackChunk(bytes: Uint8Array): Chunk {
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
  const ids = unpacked(next(Uint8Array, idBytes), idEnds)
  const details = unpacked(next(Uint8Array, textBytes), textEnds)
  return {
    users: ids,
    counts,
    times,
    values,
    items,
    types,
    repeated: flags & HAS_REPEATED ? next(Uint8Array, events) : new Uint8Array(events),
    details: flags & HAS_DETAILS ? details : new Array<string>(events).fill(''),
  }
}

/** Gives the items and types of a chunk other numbers, in its bytes. */
export function renumberChunk(bytes: Uint8Array, items: Uint32Array, types: Uint32Array): void {
  const { buffer, byteOffset } = bytes
  const [users = 0, events = 0, flags = 0] = new Uint32Array(buffer, byteOffset, 3)
  const at = byteOffset + HEAD_BYTES + 8 * events * (flags & HAS_VALUES ? 2 : 1) + 4 * users
  const numbers = new Uint32Array(buffer, at, 2 * events)
  for (let event = 0; event < events; event++) numbers[event] = items[numbers[event]!]!
  for (let event = events; event < 2 * events; event++) numbers[event] = types[numbers[event]!]!
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

/** The texts that `packed` packed. */
function unpacked(bytes: Uint8Array, ends: Uint32Array): string[] {
  const all = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  return Array.from(ends, (end, at) => all.toString('utf8', at === 0 ? 0 : ends[at - 1], end))
}
