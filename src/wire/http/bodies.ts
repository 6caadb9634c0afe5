import type { IncomingMessage } from 'node:http'
import { RequestEntityTooLargeException, type ServiceException, ThrottlingException } from '../../contract/errors.ts'

/** Reads the bodies of requests into memory, with a limit for each body and a limit for all together. */
export interface Bodies {
  /** Whether the headers state no body that is larger than allowed. */
  accept(message: IncomingMessage): boolean
  /**
   * Calls `done` with the body, which must be released, or with the error that refuses it. Does not call it where the
   * client goes away.
   */
  read(message: IncomingMessage, done: (body: Buffer | ServiceException) => void): void
  /**
   * Counts a body that arrived in another way. Returns false where it is larger than allowed, or where there is no
   * room.
   */
  hold(body: Buffer): boolean
  release(body: Buffer): void
}

/** A body that has not arrived whole. */
interface Arriving {
  /** Its memory, which may be more than the bytes that have arrived. */
  bytes: number
  readonly since: number
  refuse(error: ServiceException): void
}

/** Nearly every body is small, so a part of the memory is reserved for small ones. */
const SMALL_BYTES = 64 * 1024
const RESERVE = 1 / 16

/**
 * Where memory runs out, the arriving body with the highest product of bytes and milliseconds is refused. So a client
 * that stops in the middle, or sends byte by byte, keeps no other client out.
 * @param bodyBytes the most that one body may have
 * @param allBytes the most that all unreleased bodies may take together; a client that is told to slow down tries again
 */
export function openBodies(bodyBytes: number, allBytes: number): Bodies {
  const arriving = new Set<Arriving>()
  let held = 0
  const accept = ({ headers }: IncomingMessage) => !(Number(headers['content-length']) > bodyBytes)
  const tooLarge = () => new RequestEntityTooLargeException(`The request body is larger than ${bodyBytes} bytes`)
  const tooMany = () => new ThrottlingException('Too many large requests at a time: try again')

  /** Makes room for more bytes of a body of this size, if it must. Returns false where that is impossible. */
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
      // This may refuse the body itself.
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
 * Returns a buffer with the first `size` bytes of `buffer` and then the chunk. A full buffer doubles, up to `most`. A
 * list of chunks would take 200 bytes for each chunk of one byte.
 */
function append(buffer: Buffer, size: number, chunk: Buffer, most: number): Buffer {
  if (size === 0) return chunk
  const needed = size + chunk.length
  const roomy = needed <= buffer.length ? buffer : Buffer.allocUnsafeSlow(Math.max(needed, Math.min(2 * needed, most)))
  if (roomy !== buffer) buffer.copy(roomy, 0, 0, size)
  chunk.copy(roomy, size)
  return roomy
}
