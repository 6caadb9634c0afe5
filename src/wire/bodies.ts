import type { IncomingMessage } from 'node:http'
import { RequestEntityTooLargeException, type ServiceException, ThrottlingException } from '../contract/errors.ts'

/** Reads the bodies of requests into memory, of which they have so much each and so much together. */
export interface Bodies {
  /** Whether the body is not larger than allowed, as far as its headers tell. */
  accept(message: IncomingMessage): boolean
  /** Gives the body, to be released; or, before it is read, why not. Says nothing where the client goes away. */
  read(message: IncomingMessage, done: (body: Buffer | ServiceException) => void): void
  /** Counts a body that has come in some other way, unless it is larger than allowed, or all together are. */
  hold(body: Buffer): boolean
  release(body: Buffer): void
}

/** @param allBytes what all bodies that are not released may take: a client that is told to slow down tries again */
export function openBodies(bodyBytes: number, allBytes: number): Bodies {
  let held = 0
  const accept = ({ headers }: IncomingMessage) => !(Number(headers['content-length']) > bodyBytes)
  const tooLarge = () => new RequestEntityTooLargeException(`The request body is larger than ${bodyBytes} bytes`)
  const tooMany = () => new ThrottlingException('Too many large requests at a time: try again')

  const read: Bodies['read'] = (message, done) => {
    let body: Buffer = EMPTY
    let size = 0
    const drop = () => {
      held -= body.length
      body = EMPTY
    }
    const refuse = (error: ServiceException) => {
      message.removeAllListeners('data').removeAllListeners('end')
      drop()
      done(error)
    }
    message.on('error', drop)
    if (!accept(message)) return refuse(tooLarge())
    message.on('data', (chunk: Buffer) => {
      held -= body.length
      body = append(body, size, chunk)
      held += body.length
      size += chunk.length
      if (size > bodyBytes) refuse(tooLarge())
      else if (held > allBytes) refuse(tooMany())
    })
    message.on('end', () => {
      const whole = body.length === size ? body : body.subarray(0, size)
      drop()
      held += size
      done(whole)
    })
  }
  const hold = (body: Buffer) => {
    if (body.length > bodyBytes || held + body.length > allBytes) return false
    held += body.length
    return true
  }
  const release = (body: Buffer) => {
    held -= body.length
  }
  return { accept, read, hold, release }
}

const EMPTY = Buffer.alloc(0)

/**
 * The first `size` bytes of `buffer` and then the chunk, in a buffer that has doubled where it was full. A list of
 * chunks would take 200 bytes for each chunk of one byte.
 */
function append(buffer: Buffer, size: number, chunk: Buffer): Buffer {
  if (size === 0) return chunk
  const needed = size + chunk.length
  const roomy = needed <= buffer.length ? buffer : Buffer.allocUnsafeSlow(needed * 2)
  if (roomy !== buffer) buffer.copy(roomy, 0, 0, size)
  chunk.copy(roomy, size)
  return roomy
}
