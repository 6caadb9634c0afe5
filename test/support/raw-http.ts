import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { LOCAL_KEY } from '../../src/config/config.ts'
import { sign } from '../../src/wire/aws/sigv4.ts'

export interface RawReply {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

export interface RawConnection extends Disposable {
  readonly socket: Socket
  /** Resolves when the server has closed the connection. */
  readonly closed: Promise<unknown>
  /** Returns the next reply, or undefined if the connection is closed without one. */
  reply(): Promise<RawReply | undefined>
  /** Sends the bytes and returns the next reply. */
  exchange(bytes: Buffer | string): Promise<RawReply | undefined>
}

/** Opens a connection for any bytes, also malformed HTTP. */
export async function connectRaw(url: string): Promise<RawConnection> {
  const { hostname, port } = new URL(url)
  const socket = connect({ host: hostname, port: Number(port), noDelay: true })
  let received: Buffer = Buffer.alloc(0)
  let wake = () => {}
  socket.on('data', chunk => {
    received = Buffer.concat([received, chunk as Buffer])
    wake()
  })
  // Some tests expect that the server closes the connection while they send.
  socket.on('error', () => {})
  const closed = new Promise<void>(resolve => {
    socket.on('close', () => {
      resolve()
      wake()
    })
  })
  socket.on('end', () => wake())
  await once(socket, 'connect')

  const reply = async (): Promise<RawReply | undefined> => {
    for (;;) {
      const read = readReply(received)
      if (read) {
        received = received.subarray(read.length)
        return read.reply
      }
      if (socket.destroyed || socket.readableEnded) return undefined
      await new Promise<void>(resolve => {
        wake = resolve
      })
    }
  }
  const exchange = (bytes: Buffer | string) => {
    socket.write(bytes)
    return reply()
  }
  return { socket, closed, reply, exchange, [Symbol.dispose]: () => void socket.destroy() }
}

/** Returns the first whole reply in the bytes. Replies of this server have a content-length, except 100 and 204. */
function readReply(bytes: Buffer): { reply: RawReply; length: number } | undefined {
  const end = bytes.indexOf('\r\n\r\n')
  if (end < 0) return undefined
  const [statusLine = '', ...lines] = bytes.toString('latin1', 0, end).split('\r\n')
  const headers = Object.fromEntries(lines.map(line => line.split(/: (.*)/s, 2) as [string, string]))
  const named = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]))
  const length = end + 4 + Number(named['content-length'] ?? 0)
  if (bytes.length < length) return undefined
  const body = bytes.toString('utf8', end + 4, length)
  return { reply: { status: Number(statusLine.split(' ')[1]), headers: named, body }, length }
}

export interface RawRequest {
  readonly method?: string
  readonly path: string
  readonly headers?: Readonly<Record<string, string>>
  /** Sent, but not signed. */
  readonly unsigned?: Readonly<Record<string, string>>
  readonly body?: Buffer | string
  /** Writes the body in another form, e.g. `chunked`. Then the caller must add `content-length`. */
  readonly write?: (body: Buffer) => Buffer
}

/** Returns a correctly signed request as bytes. */
export function signedRequest(url: string, request: RawRequest): Buffer {
  const { method = 'POST', path, headers = {}, unsigned = {}, write } = request
  const body = Buffer.from(request.body ?? '')
  const signable = { method, url: path, headers: { host: new URL(url).host, ...headers }, body }
  const signed = sign(signable, LOCAL_KEY, { region: 'us-east-1', now: new Date() })
  const length = write ? {} : { 'content-length': String(body.length) }
  const lines = Object.entries({ ...signed, ...length, ...unsigned }).map(([name, value]) => `${name}: ${value}\r\n`)
  const head = Buffer.from(`${method} ${path} HTTP/1.1\r\n${lines.join('')}\r\n`, 'latin1')
  return Buffer.concat([head, write ? write(body) : body])
}

/** Returns the body in chunks of `size` bytes, for `transfer-encoding: chunked`. */
export function chunked(body: Buffer, size: number): Buffer {
  const parts: (Buffer | string)[] = []
  for (let at = 0; at < body.length; at += size) {
    const chunk = body.subarray(at, at + size)
    parts.push(`${chunk.length.toString(16)}\r\n`, chunk, '\r\n')
  }
  return Buffer.concat([...parts, '0\r\n\r\n'].map(part => Buffer.from(part as string)))
}
