import { createHash } from 'node:crypto'
import { type FileHandle, open } from 'node:fs/promises'
import type { State, Tensor } from '../../engine/state.ts'
import { writeDurably } from '../../files/durable.ts'

const KINDS = {
  F64: Float64Array,
  F32: Float32Array,
  I32: Int32Array,
  I16: Int16Array,
  U16: Uint16Array,
  U8: Uint8Array,
} as const

interface Entry {
  readonly dtype: keyof typeof KINDS
  readonly shape: readonly number[]
  readonly data_offsets: readonly [number, number]
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
 * header of JSON, then the typed arrays as they are. The other values are in the header's metadata, under `state`.
 * Before them is the SHA-256 of the whole file with zeros in its own place.
 */
export function formatArtifact(state: State): readonly Uint8Array[] {
  const tensors: [string, Tensor][] = []
  const text = JSON.stringify(detach(state, '', tensors))
  // The widest numbers first, so that each array begins at a multiple of its own width.
  tensors.sort(([, a], [, b]) => b.BYTES_PER_ELEMENT - a.BYTES_PER_ELEMENT)
  const header: Record<string, unknown> = { __metadata__: { sha256: BLANK, state: text } }
  let offset = 0
  for (const [name, tensor] of tensors) {
    header[name] = {
      dtype: dtypeOf(tensor),
      shape: [tensor.length],
      data_offsets: [offset, offset + tensor.byteLength],
    } satisfies Entry
    offset += tensor.byteLength
  }
  const json = Buffer.from(JSON.stringify(header))
  const length = Math.ceil(json.length / 8) * 8
  const head = Buffer.alloc(8 + length, ' ')
  head.writeBigUInt64LE(BigInt(length))
  json.copy(head, 8)
  const arrays = tensors.map(([, { buffer, byteOffset, byteLength }]) => new Uint8Array(buffer, byteOffset, byteLength))
  const hash = createHash('sha256').update(head)
  for (const bytes of arrays) for (const piece of piecesOf(bytes)) hash.update(piece)
  head.write(hash.digest('hex'), DIGEST_AT)
  return [head, ...arrays]
}

/**
 * Reads a file of `saveArtifact`, without holding up the thread's other work. The arrays share one buffer, and threads
 * can share that.
 * @throws Error where there is no such file, it is no such file, or it is damaged
 */
export async function loadArtifact(path: string): Promise<State> {
  const file = await open(path)
  try {
    const bytes = new Uint8Array(new SharedArrayBuffer((await file.stat()).size))
    const check = openCheck()
    for (let at = 0; at < bytes.length; ) {
      const { bytesRead } = await file.read(bytes, at, Math.min(CHECKED_AT_ONCE, bytes.length - at), at)
      if (bytesRead === 0) throw new Error(`the file ends after ${at} of ${bytes.length} bytes`)
      check.update(bytes.subarray(at, at + bytesRead))
      at += bytesRead
    }
    check.assert()
    return parseArtifact(bytes)
  } finally {
    await file.close()
  }
}

/** Requests are answered between two pieces: of 200 MB each takes 2 to 10 ms. */
const CHECKED_AT_ONCE = 4 << 20

/** Holds a file, piece by piece, against the digest in it. One of an older version has none. */
function openCheck() {
  const hash = createHash('sha256')
  let digest: string | undefined
  let isFirst = true
  return {
    update(piece: Uint8Array): void {
      if (!isFirst) return void hash.update(piece)
      isFirst = false
      const head = Buffer.from(piece.buffer, piece.byteOffset, piece.length)
      if (head.toString('latin1', 8, 8 + NO_DIGEST.length) === NO_DIGEST) return
      if (head.toString('latin1', 8, DIGEST_AT) !== DIGEST) throw new Error('the file is not a model, or is damaged')
      digest = head.toString('latin1', DIGEST_AT, DIGEST_AT + BLANK.length)
      hash
        .update(head.subarray(0, DIGEST_AT))
        .update(BLANK)
        .update(head.subarray(DIGEST_AT + BLANK.length))
    },
    assert(): void {
      if (digest !== undefined && hash.digest('hex') !== digest)
        throw new Error('the file is damaged: its digest differs')
    },
  }
}

/** The state in a whole file. @throws Error if it was cut short or is something else */
export function parseArtifact({ buffer }: Uint8Array): State {
  const head = 8 + Number(new DataView(buffer).getBigUint64(0, true))
  if (head > buffer.byteLength) throw new Error('the file ends before its header does')
  const header = JSON.parse(Buffer.from(buffer, 8, head - 8).toString()) as Record<string, Entry> & {
    readonly __metadata__: { readonly state: string }
  }
  const { __metadata__: metadata, ...entries } = header
  return JSON.parse(metadata.state, (_key, value) => {
    if (typeof value?.$tensor !== 'string') return value
    const { dtype, shape, data_offsets } = entries[value.$tensor]!
    const Kind = KINDS[dtype] as new (buffer: ArrayBufferLike, offset: number, length: number) => Tensor
    return new Kind(buffer, head + data_offsets[0], shape[0]!)
  })
}

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

function dtypeOf(tensor: Tensor): Entry['dtype'] {
  return (Object.keys(KINDS) as Entry['dtype'][]).find(dtype => tensor instanceof KINDS[dtype])!
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
