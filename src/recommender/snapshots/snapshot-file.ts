import { type FileHandle, open, rm } from 'node:fs/promises'
import { crc32 } from 'node:zlib'
import { packTexts, unpackTexts } from '../../engine/state.ts'
import { writeDurably } from '../../files/durable.ts'
import type { EventChunk, TrainingEvent } from '../training/events.ts'
import { ChunkBuilder, unpackChunk, usersIn } from './chunk.ts'

/** Of the file; another number where it becomes another file. */
const FORMAT = 2
const MAGIC = 'PERSEVTS'
/** The length and the checksum of the JSON, and `MAGIC`. */
const TRAILER_BYTES = 16

/** The store, dataset and moment that a file is of. */
export interface SnapshotHead {
  /** Tells a file of other data: another store, or changes that are no puts. */
  readonly of: Readonly<Record<string, string | number>>
  /** The number of the newest event that was put; the file has all up to it. */
  readonly seq: number
  /** Before this time (ms since 1970) events had been deleted for their age; left out where none had been. */
  readonly expired?: number | undefined
}

/** A file of events has other bytes than were written. */
export class DamagedSnapshot extends Error {
  override readonly name = 'DamagedSnapshot'
  constructor(how: string) {
    super(`The file of events is damaged: ${how}`)
  }
}

/** A run of bytes in the file, with its checksum. */
type Run = readonly [offset: number, bytes: number, crc: number]

interface Footer extends SnapshotHead {
  readonly format: number
  readonly events: number
  readonly types: readonly string[]
  readonly items: Readonly<Record<'bytes' | 'offsets', Run>>
  readonly chunks: readonly Run[]
}

/** Takes the events of a file, user by user in the order of time. */
export interface SnapshotWriter {
  put(events: AsyncIterable<TrainingEvent> | Iterable<TrainingEvent>): Promise<void>
  /** The events of some users of a chunk of another file, those from one place up to, without it, another. */
  copy(chunk: EventChunk, from: number, to: number): Promise<void>
  /** Some of the events of a user of such a chunk. */
  copyEvents(chunk: EventChunk, user: number, from: number, to: number): Promise<void>
}

/**
 * Writes a file of events, readable by its owner alone. It has its name once it is whole and on disk. The columns of
 * 65,536 events are held at a time, and the ids of all items.
 * @param part the name of the file while it is written
 */
export async function writeSnapshot(
  path: string,
  part: string,
  fill: (writer: SnapshotWriter) => Promise<SnapshotHead>,
): Promise<void> {
  await writeDurably(path, file => writeAll(file, fill), { part, mode: 0o600 })
}

async function writeAll(file: FileHandle, fill: (writer: SnapshotWriter) => Promise<SnapshotHead>): Promise<void> {
  const builder = new ChunkBuilder()
  const chunks: Run[] = []
  let [offset, events] = [0, 0]
  const append = async (bytes: Uint8Array): Promise<Run> => {
    const run: Run = [offset, bytes.length, crc32(bytes)]
    await writeBytes(file, bytes)
    offset += bytes.length
    return run
  }
  const flush = async () => {
    if (!builder.isEmpty) chunks.push(await append(builder.takeBytes()))
  }
  const copyEvents: SnapshotWriter['copyEvents'] = async (chunk, user, from, to) => {
    const userId = chunk.users[user]!
    for (let event = from; event < to; event++) {
      events++
      builder.copy(chunk, userId, event)
      if (builder.isFull) await flush()
    }
  }
  const head = await fill({
    copyEvents,
    async put(given) {
      for await (const event of given) {
        events++
        builder.push(event)
        if (builder.isFull) await flush()
      }
    },
    async copy(chunk, from, to) {
      for (let user = from; user < to; user++)
        await copyEvents(chunk, user, chunk.offsets[user]!, chunk.offsets[user + 1]!)
    },
  })
  await flush()
  const { bytes, offsets } = packTexts(builder.items.texts)
  const ids = { bytes: await append(bytes), offsets: await append(new Uint8Array(offsets.buffer)) }
  const footer: Footer = { ...head, format: FORMAT, events, types: builder.types.texts, items: ids, chunks }
  const json = Buffer.from(JSON.stringify(footer))
  const trailer = Buffer.alloc(TRAILER_BYTES)
  trailer.writeUInt32LE(json.length, 0)
  trailer.writeUInt32LE(crc32(json), 4)
  trailer.write(MAGIC, 8)
  await append(json)
  await append(trailer)
}

async function writeBytes(file: FileHandle, bytes: Uint8Array): Promise<void> {
  for (let at = 0; at < bytes.length; ) at += (await file.write(bytes, at)).bytesWritten
}

/** A file of events, open for reading; it can be read while another takes its place. */
export interface SnapshotFile extends SnapshotHead, AsyncDisposable {
  /** How many events it has, repeated ones among them. */
  readonly events: number
  /**
   * Reads them all, user by user in the order of time.
   * @throws DamagedSnapshot
   */
  read(): AsyncGenerator<EventChunk>
  /** Returns those of some users that have events in it. */
  usersAmong(ids: ReadonlySet<string>): Promise<ReadonlySet<string>>
}

/** Opens a file that `writeSnapshot` wrote; undefined where there is none, or it is of another format or damaged. */
export async function openSnapshot(path: string): Promise<SnapshotFile | undefined> {
  let file: FileHandle | undefined
  try {
    file = await open(path)
    const footer = await readFooter(file)
    if (footer) return opened(path, file, footer)
  } catch {} // there is none, or it is cut off
  await file?.close()
  return undefined
}

async function readFooter(file: FileHandle): Promise<Footer | undefined> {
  const { size } = await file.stat()
  const trailer = await readAt(file, size - TRAILER_BYTES, TRAILER_BYTES)
  if (trailer.toString('latin1', 8) !== MAGIC) return undefined
  const length = trailer.readUInt32LE(0)
  const json = await readAt(file, size - TRAILER_BYTES - length, length)
  const footer: Footer = JSON.parse(json.toString())
  return crc32(json) === trailer.readUInt32LE(4) && footer.format === FORMAT ? footer : undefined
}

function opened(path: string, file: FileHandle, footer: Footer): SnapshotFile {
  const { of, seq, expired, events, types, items, chunks } = footer
  // A damaged file is deleted, so that the next training makes it anew.
  const bytesOf = (run: Run) =>
    readRun(file, run).catch(async error => {
      if (error instanceof DamagedSnapshot) await rm(path, { force: true })
      throw error
    })
  return {
    of,
    seq,
    expired,
    events,
    async *read() {
      const itemIds = textsOf(await bytesOf(items.bytes), await bytesOf(items.offsets))
      for (const run of chunks) yield unpackChunk(await bytesOf(run), { itemIds, eventTypes: types })
    },
    async usersAmong(ids) {
      const found = new Set<string>()
      if (ids.size > 0)
        for (const run of chunks) for (const id of usersIn(await bytesOf(run))) if (ids.has(id)) found.add(id)
      return found
    },
    [Symbol.asyncDispose]: () => file.close(),
  }
}

function textsOf(bytes: Buffer, offsets: Buffer): string[] {
  return unpackTexts({ bytes, offsets: new Float64Array(offsets.buffer, 0, offsets.length / 8) })
}

async function readRun(file: FileHandle, [offset, length, crc]: Run): Promise<Buffer> {
  const bytes = await readAt(file, offset, length)
  if (crc32(bytes) !== crc) throw new DamagedSnapshot('a checksum differs')
  return bytes
}

/** From a buffer of its own, so that arrays of wide numbers can begin at its start. @throws DamagedSnapshot */
async function readAt(file: FileHandle, offset: number, length: number): Promise<Buffer> {
  const bytes = Buffer.allocUnsafeSlow(length)
  for (let at = 0; at < length; ) {
    const { bytesRead } = await file.read(bytes, at, length - at, offset + at)
    if (bytesRead === 0) throw new DamagedSnapshot('it is cut off')
    at += bytesRead
  }
  return bytes
}
