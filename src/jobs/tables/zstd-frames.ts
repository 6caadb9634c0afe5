import { JobFailure } from '../failure.ts'

/** The next bytes of zstd content, which are looked at or only counted. */
interface Wanted {
  readonly bytes: number
  readonly isLookedAt: boolean
  /** Whether a frame begins with them, so that the content may end before them. */
  readonly isStart: boolean
}

const look = (bytes: number, isStart = false): Wanted => ({ bytes, isLookedAt: true, isStart })
const pass = (bytes: number): Wanted => ({ bytes, isLookedAt: false, isStart: false })

/** All that is left, for the decoder to call by its name. */
const DAMAGED = pass(Number.POSITIVE_INFINITY)

const FRAME = 0xfd2fb528
/** The last four bits are free. */
const SKIPPABLE = 0x184d2a5
const BLOCK_MAX = 1 << 17

/**
 * The same zstd content, in chunks of which none has parts of two frames. Node.js reads the frames of such chunks. Of
 * others it leaves out what follows a frame in its chunk: Node 22 always, and Node 26 where that is no frame. Node 22
 * does not notice an end that is missing either.
 * @param uri the name of the file in failures
 * @throws JobFailure where the end is missing, or something else follows a frame
 */
export async function* inFrames(uri: string, content: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const walk = walkFrames()
  let wanted = walk.next().value as Wanted
  let seen: Uint8Array[] = []
  let left = wanted.bytes
  let offset = 0
  for await (const chunk of content) {
    let from = 0
    for (let at = 0; at < chunk.length; ) {
      const end = Math.min(chunk.length, at + left)
      if (wanted.isLookedAt) seen.push(chunk.subarray(at, end))
      left -= end - at
      at = end
      if (left > 0) break
      const start = offset + at - wanted.bytes
      const next = walk.next(Buffer.concat(seen))
      if (next.done) throw new JobFailure(`${uri} is zstd, but damaged: other content begins at its byte ${start + 1}`)
      wanted = next.value
      left = wanted.bytes
      seen = []
      if (!wanted.isStart) continue
      yield chunk.subarray(from, at)
      from = at
    }
    offset += chunk.length
    if (from < chunk.length) yield chunk.subarray(from)
  }
  if (wanted !== DAMAGED && (!wanted.isStart || left < wanted.bytes))
    throw new JobFailure(`${uri} is zstd whose end is missing: upload it again`)
}

/**
 * Says which bytes come next, and is told those that it looks at. It ends at what is no frame.
 * https://www.rfc-editor.org/rfc/rfc8878#section-3.1
 */
function* walkFrames(): Generator<Wanted, void, Buffer> {
  for (;;) {
    const magic = (yield look(4, true)).readUInt32LE()
    if (magic >>> 4 === SKIPPABLE) {
      const size = (yield look(4)).readUInt32LE()
      if (size > 0) yield pass(size)
    } else if (magic === FRAME) yield* walkFrame()
    else return
  }
}

function* walkFrame(): Generator<Wanted, void, Buffer> {
  const descriptor = (yield look(1))[0]!
  const isSingleSegment = (descriptor & 0x20) !== 0
  const hasChecksum = (descriptor & 4) !== 0
  const contentSize = [isSingleSegment ? 1 : 0, 2, 4, 8][descriptor >> 6]!
  const header = (isSingleSegment ? 0 : 1) + [0, 1, 2, 4][descriptor & 3]! + contentSize
  if (header > 0) yield pass(header)
  for (let isLast = false; !isLast; ) {
    const block = (yield look(3)).readUIntLE(0, 3)
    const [type, size] = [(block >> 1) & 3, block >> 3]
    if (type === 3 || size > BLOCK_MAX) yield DAMAGED
    const bytes = type === 1 ? 1 : size
    if (bytes > 0) yield pass(bytes)
    isLast = (block & 1) === 1
  }
  if (hasChecksum) yield pass(4)
}
