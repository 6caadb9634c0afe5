import type { IncomingMessage } from 'node:http'
import { RequestEntityTooLargeException, type ServiceException, ThrottlingException } from '../../contract/errors.ts'

/** Reads the bodies of requests into memory, of which they have so much each and so much together. */
export interface Bodies {
  /** Whether the body is not larger than allowed, as far as its headers tell. */
  accept(message: IncomingMessage): boolean
  /** Gives the body, to be released; or, before it is read, why not. Says nothing where the client goes away. */
  read(message: IncomingMessage, done: (body: Buffer | ServiceException) => void): void
  /** Counts a body that has come in some other way, unless it is larger than allowed, or there is no room. */
  hold(body: Buffer): boolean
  release(body: Buffer): void
}

/** A body of which there is more to come. */
interface Arriving {
  /** Of memory, which is more than has come. */
  bytes: number
  readonly since: number
  refuse(error: ServiceException): void
}

/** Nearly every body is small; a part of the room is for those. */
const SMALL_BYTES = 64 * 1024
const RESERVE = 1 / 16

/**
 * Where there is no room for more of a body, the one that holds most memory for longest goes, as bytes times
 * milliseconds have it: whoever stops before the end, or sends byte by byte, keeps nobody else out.
 * @param allBytes what all bodies that are not released may take: a client that is told to slow down tries again
 */
export function openBodies(bodyBytes: number, allBytes: number): Bodies {
  const arriving = new Set<Arriving>()
  let held = 0
  const accept = ({ headers }: IncomingMessage) => !(Number(headers['content-length']) > bodyBytes)
  const tooLarge = () => new RequestEntityTooLargeException(`The request body is larger than ${bodyBytes} bytes`)
  const tooMany = () => new ThrottlingException('Too many large requests at a time: try again')

  /** Whether there is room for more bytes of a body of this size, or some was made. */
  const makeRoom = (size: number, more: number): boolean => {
    const limit = size > SMALL_BYTES ? allBytes * (1 - RESERVE) : allBytes
    while (held + more > limit) {
      const dearest = dearestOf(arriving)
      if (!dearest) return false
      dearest.refuse(tooMany())
    }
    return true
  }

  const read: Bodies['read'] = (message, done) => {
    let body: Buffer = EMPTY
    let size = 0
    const drop = () => {
      held -= body.length
      body = EMPTY
      arriving.delete(self)
    }
    const most = Math.min(Number(message.headers['content-length'] ?? bodyBytes), bodyBytes)
    const refuse = (error: ServiceException) => {
      message.removeAllListeners('data').removeAllListeners('end')
      drop()
      done(error)
    }
    const self: Arriving = { bytes: 0, since: performance.now(), refuse }
    message.on('error', drop)
    if (!accept(message)) return refuse(tooLarge())
    arriving.add(self)
    message.on('data', (chunk: Buffer) => {
      if (size + chunk.length > bodyBytes) return refuse(tooLarge())
      const larger = append(body, size, chunk, most)
      size += chunk.length
      held += larger.length - body.length
      body = larger
      self.bytes = body.length
      // It may be this one that has to go.
      makeRoom(size, 0)
    })
    message.on('end', () => {
      const whole = body.length === size ? body : body.subarray(0, size)
      drop()
      held += size
      done(whole)
    })
  }
  const hold = (body: Buffer) => {
    if (body.length > bodyBytes || !makeRoom(body.length, body.length)) return false
    held += body.length
    return true
  }
  const release = (body: Buffer) => {
    held -= body.length
  }
  return { accept, read, hold, release }
}

function dearestOf(arriving: ReadonlySet<Arriving>): Arriving | undefined {
  const now = performance.now()
  let dearest: Arriving | undefined
  let most = -1
  for (const body of arriving) {
    const cost = body.bytes * (now - body.since)
    if (body.bytes === 0 || cost <= most) continue
    dearest = body
    most = cost
  }
  return dearest
}

const EMPTY = Buffer.alloc(0)

/**
 * The first `size` bytes of `buffer` and then the chunk, in a buffer that has doubled where it was full, up to `most`.
 * A list of chunks would take 200 bytes for each chunk of one byte.
 */
function append(buffer: Buffer, size: number, chunk: Buffer, most: number): Buffer {
  if (size === 0) return chunk
  const needed = size + chunk.length
  const roomy = needed <= buffer.length ? buffer : Buffer.allocUnsafeSlow(Math.max(needed, Math.min(2 * needed, most)))
  if (roomy !== buffer) buffer.copy(roomy, 0, 0, size)
  chunk.copy(roomy, size)
  return roomy
}
