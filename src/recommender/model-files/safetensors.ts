import { createHash } from 'node:crypto'
import { type FileHandle, open } from 'node:fs/promises'
import { memoryForModel } from '../../engine/math/memory.ts'
import type { State, Tensor } from '../../engine/state.ts'
import { writeDurably } from '../../files/durable.ts'
import { NewerModel } from './files.ts'
import { codeIntegers, type Integers, integerDecoder } from './integers.ts'
import { readAhead, readHead } from './read-ahead.ts'

const KINDS = {
  F64: Float64Array,
  F32: Float32Array,
  I32: Int32Array,
  I16: Int16Array,
  U16: Uint16Array,
  U8: Uint8Array,
} as const

type Dtype = keyof typeof KINDS
const DTYPES = Object.keys(KINDS) as readonly Dtype[]
const WIDTHS: Readonly<Record<Dtype, number>> = { F64: 8, F32: 4, I32: 4, I16: 2, U16: 2, U8: 1 }

interface Entry {
  readonly dtype: Dtype
  readonly shape: readonly number[]
  readonly data_offsets: readonly [number, number]
}

interface Metadata {
  readonly state: string
  /** Of the arrays that are coded, by name; files of before have none. */
  readonly integers?: string
}

/** An array whose bytes are those of `codeIntegers`. */
interface CodedIntegers {
  readonly dtype: Dtype
  readonly length: number
}

/**
 * How every file begins after the eight bytes of the header's length: with its digest, or as older versions wrote it.
 */
const DIGEST = '{"__metadata__":{"sha256":"'
const NO_DIGEST = '{"__metadata__":{"state":'
/** The place of the digest, and its content while it is computed. */
const DIGEST_AT = 8 + DIGEST.length
const BLANK = '0'.repeat(64)

/**
 * Writes a state to a file, which is complete and on disk when it has its name; until then it is `.part`.
 * @throws errors of the file system
 */
export async function saveArtifact(path: string, state: State): Promise<void> {
  const pieces = formatArtifact(state)
  await writeDurably(path, async file => {
    for (const bytes of pieces) await writeWhole(file, bytes)
  })
}

/**
 * The bytes of a file in the format of safetensors (https://github.com/huggingface/safetensors), piece by piece: a
 * header of JSON, then the typed arrays. The other values are in the header's metadata, under `state`. Before them is
 * the SHA-256 of the whole file with zeros in its own place. Integers that are near the ones before them are kept in
 * fewer bytes (`codeIntegers`); the metadata say so under `integers`.
 */
export function formatArtifact(state: State): readonly Uint8Array[] {
  const tensors: [string, Tensor][] = []
  const text = JSON.stringify(detach(state, '', tensors))
  const stored = tensors.map(([name, tensor]) => store(name, tensor))
  // The widest numbers first, so that each array begins at a multiple of its own width.
  stored.sort((a, b) => WIDTHS[b.dtype] - WIDTHS[a.dtype])
  const integers = Object.fromEntries(stored.flatMap(({ name, integers }) => (integers ? [[name, integers]] : [])))
  const header: Record<string, unknown> = {
    __metadata__: { sha256: BLANK, state: text, integers: JSON.stringify(integers) },
  }
  let offset = 0
  for (const { name, dtype, bytes } of stored) {
    const data_offsets = [offset, offset + bytes.length] as const
    header[name] = { dtype, shape: [bytes.length / WIDTHS[dtype]], data_offsets } satisfies Entry
    offset += bytes.length
  }
  const json = Buffer.from(JSON.stringify(header))
  const length = Math.ceil(json.length / 8) * 8
  const head = Buffer.alloc(8 + length, ' ')
  head.writeBigUInt64LE(BigInt(length))
  json.copy(head, 8)
  const arrays = stored.map(({ bytes }) => bytes)
  const hash = createHash('sha256').update(head)
  for (const bytes of arrays) for (const piece of piecesOf(bytes)) hash.update(piece)
  head.write(hash.digest('hex'), DIGEST_AT)
  return [head, ...arrays]
}

/** An array as it is kept. */
interface Stored {
  readonly name: string
  readonly dtype: Dtype
  readonly bytes: Uint8Array
  readonly integers?: CodedIntegers
}

function store(name: string, tensor: Tensor): Stored {
  const dtype = DTYPES.find(dtype => tensor instanceof KINDS[dtype])!
  const coded = tensor instanceof Int32Array || tensor instanceof Uint16Array ? codeIntegers(tensor) : undefined
  if (coded) return { name, dtype: 'U8', bytes: coded, integers: { dtype, length: tensor.length } }
  return { name, dtype, bytes: new Uint8Array(tensor.buffer, tensor.byteOffset, tensor.byteLength) }
}

/**
 * Reads a file of `saveArtifact`, without holding up the thread's other work. The arrays share one buffer, and threads
 * can share that.
 * @throws Error where there is no such file, it is no such file, or it is damaged
 */
export async function loadArtifact(path: string): Promise<State> {
  const file = await open(path)
  try {
    const { size } = await file.stat()
    const head = await readHead(file, size)
    const check = openCheck(head)
    const length = size - head.length
    const { state, places, newer } = await Promise.try(layOut, head, length).catch(error => instead(error, length))
    for await (const { bytes, take } of readAhead(file, chunksOf(places, head.length))) {
      check.update(bytes)
      take?.(bytes)
    }
    check.assert()
    if (newer) throw newer
    return state!
  } finally {
    await file.close()
  }
}

/** Holds a file, piece by piece, against the digest in its head. One of an older version has none. */
function openCheck(head: Buffer) {
  const hash = createHash('sha256')
  const hasNone = head.toString('latin1', 8, 8 + NO_DIGEST.length) === NO_DIGEST
  if (!hasNone && head.toString('latin1', 8, DIGEST_AT) !== DIGEST)
    throw new Error('the file is not a model, or is damaged')
  const digest = head.toString('latin1', DIGEST_AT, DIGEST_AT + BLANK.length)
  hash
    .update(head.subarray(0, DIGEST_AT))
    .update(BLANK)
    .update(head.subarray(DIGEST_AT + BLANK.length))
  return {
    update: (piece: Uint8Array) => void hash.update(piece),
    assert(): void {
      if (!hasNone && hash.digest('hex') !== digest) throw new Error('the file is damaged: its digest differs')
    },
  }
}

/** Where an array's bytes of the file go, in the order of the file: into the array as they are, or to its decoder. */
interface Place {
  readonly length: number
  readonly target?: Uint8Array
  readonly take?: (piece: Uint8Array) => void
}

interface LaidOut {
  readonly state: State | undefined
  readonly places: readonly Place[]
  /** Why it has no state, if the file is whole. */
  readonly newer?: NewerModel
}

/**
 * Returns the state in a file with this head and `size` bytes after it. Its arrays are 0 until they get those bytes.
 * @throws Error if the file was cut short or is something else
 */
export function layOut(head: Buffer, size: number): LaidOut {
  const header = JSON.parse(head.toString('utf8', 8)) as Record<string, Entry> & { readonly __metadata__: Metadata }
  const { __metadata__: metadata, ...entries } = header
  assertReadable(metadata, Object.values(entries))
  const integers = JSON.parse(metadata.integers ?? '{}') as Record<string, CodedIntegers>
  const tensors = Object.entries(entries)
    .map(([name, entry]) => {
      const { dtype = entry.dtype, length = entry.shape[0]! } = integers[name] ?? {}
      return { name, from: entry.data_offsets[0], to: entry.data_offsets[1], dtype, length, isCoded: name in integers }
    })
    .sort((a, b) => a.from - b.from)
  let [bytes, end] = [0, 0]
  for (const { from, to, dtype, length, isCoded } of tensors) {
    const width = WIDTHS[dtype]
    // A coded number has one byte at least. So a damaged head does not ask for more memory than the file is worth.
    if (from !== end || (isCoded ? !(length <= to - from) : length * width !== to - from)) throw damaged()
    bytes += Math.ceil((length * width) / 8) * 8
    end = to
  }
  if (end !== size) throw damaged()
  const buffer = memoryForModel(bytes)
  const arrays = new Map<string, Tensor>()
  let at = 0
  const places = tensors.map(({ name, from, to, dtype, length, isCoded }): Place => {
    const Kind = KINDS[dtype] as new (buffer: SharedArrayBuffer, offset: number, length: number) => Tensor
    const array = new Kind(buffer, at, length)
    arrays.set(name, array)
    at += Math.ceil(array.byteLength / 8) * 8
    if (isCoded) return { length: to - from, take: integerDecoder(array as Integers) }
    return { length: to - from, target: new Uint8Array(buffer, array.byteOffset, array.byteLength) }
  })
  const state = JSON.parse(metadata.state, (_key, value) => {
    if (typeof value?.$tensor !== 'string') return value
    const array = arrays.get(value.$tensor)
    if (!array) throw damaged()
    return array
  })
  return { state, places }
}

/** The members of the metadata that this version understands. */
const UNDERSTOOD = ['sha256', 'state', 'integers']

/**
 * A newer version may keep arrays in another way, which it says in the metadata, or of another kind. Nothing is guessed
 * that is not understood.
 * @throws NewerModel
 */
function assertReadable(metadata: Metadata, entries: readonly Entry[]): void {
  const kind = entries.find(({ dtype }) => !Object.hasOwn(KINDS, dtype))?.dtype
  const member = Object.keys(metadata).find(name => !UNDERSTOOD.includes(name))
  if (kind ?? member) throw new NewerModel(`the file has ${kind ?? member}, which this version does not know`)
}

/** A header that differs in a byte may be anything, also look like one of a newer version: that is read to its end. */
function instead(error: Error, length: number): LaidOut {
  if (error instanceof NewerModel) return { state: undefined, places: [{ length }], newer: error }
  throw new Error(`the file is damaged: ${error.message}`)
}
const damaged = () => new Error('its arrays are not where its header says')

/** The state with a reference in the place of each array, which goes to the list under its path. */
function detach(state: State | undefined, path: string, tensors: [string, Tensor][]): unknown {
  if (ArrayBuffer.isView(state)) {
    tensors.push([path, state])
    return { $tensor: path }
  }
  if (Array.isArray(state)) return state.map((one, at) => detach(one, `${path}.${at}`, tensors))
  if (typeof state !== 'object' || state === null) return state
  return Object.fromEntries(
    Object.entries(state).map(([name, one]) => [name, detach(one, path ? `${path}.${name}` : name, tensors)]),
  )
}

/** node reads and writes 2 GiB at once at most. */
const PIECE = 2 ** 30

function* piecesOf(bytes: Uint8Array): Generator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += PIECE) yield bytes.subarray(at, at + PIECE)
}

async function writeWhole(file: FileHandle, bytes: Uint8Array): Promise<void> {
  for (const piece of piecesOf(bytes))
    for (let at = 0; at < piece.length; ) at += (await file.write(piece, at)).bytesWritten
}

/** Requests are answered between two pieces; each takes 2 to 10 ms. */
const READ_AT_ONCE = 4 << 20
const DECODED_AT_ONCE = 1 << 20

/** The pieces of the places' bytes, which begin at `start` in the file, and where they are read to. */
function* chunksOf(places: readonly Place[], start: number) {
  // One is read while the other is decoded.
  const rooms = [new Uint8Array(DECODED_AT_ONCE), new Uint8Array(DECODED_AT_ONCE)]
  let count = 0
  let begin = start
  for (const { length, target, take } of places) {
    const most = target ? READ_AT_ONCE : DECODED_AT_ONCE
    for (let at = 0; at < length; at += most) {
      const end = Math.min(length, at + most)
      const bytes = target ? target.subarray(at, end) : rooms[count++ % 2]!.subarray(0, end - at)
      yield { at: begin + at, bytes, take }
    }
    begin += length
  }
}
