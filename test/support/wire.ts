import { once } from 'node:events'
import type { AddressInfo, Server, Socket } from 'node:net'
import { type Credentials, checkHead, checkSignature } from '../../src/wire/aws/authenticate.ts'
import type { Reply } from '../../src/wire/aws/reply.ts'
import type { Request } from '../../src/wire/aws/request.ts'
import type { SignableRequest } from '../../src/wire/aws/sigv4.ts'
import { createHttpServer, type HttpLimits } from '../../src/wire/http/http.ts'
import { eventually } from './eventually.ts'

export const OK: Reply = { status: 200, headers: ['content-length', '0'], body: '' }

/**
 * Starts the HTTP layer alone, with short time limits. `received` are the requests that arrived whole, and
 * `hasReceived` resolves when there are this many. `hasRead` resolves when this many bytes have been read, of all
 * connections together.
 */
export async function listen(
  limits: Partial<HttpLimits> = {},
  handle: (request: Request) => Promise<Reply> = async () => OK,
) {
  const received: Request[] = []
  const { server, stop } = createHttpServer({
    corsOrigins: [],
    limits,
    receive: head => body => {
      const request = { ...head, body }
      received.push(request)
      return handle(request)
    },
  })
  const hasRead = bytesReadOf(server)
  const hasReceived = (count: number) => eventually(`${count} requests`, () => received.length >= count)
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const { port } = server.address() as AddressInfo
  return {
    server,
    stop,
    received,
    hasReceived,
    hasRead,
    url: `http://127.0.0.1:${port}`,
    [Symbol.asyncDispose]: () => stop(0),
  }
}

/** Returns a function that waits until a server has read this many bytes, of all connections together. */
export function bytesReadOf(server: Server): (bytes: number) => Promise<void> {
  const sockets: Socket[] = []
  server.on('connection', socket => sockets.push(socket))
  const hasRead = () => sockets.reduce((sum, { bytesRead }) => sum + bytesRead, 0)
  return async bytes => {
    await eventually(`${bytes} bytes to be read`, () => hasRead() >= bytes)
  }
}

/** The number of connections that a server has. */
export const openConnections = (server: Server): Promise<number> =>
  new Promise(resolve => server.getConnections((_, count) => resolve(count)))

/** Returns the head of a request, optionally with more lines. */
export const postTo = (path: string, length: number | string, more = '') =>
  `POST ${path} HTTP/1.1\r\nhost: a\r\ncontent-length: ${length}\r\n${more}\r\n`
export const post = (length: number | string, more?: string) => postTo('/users', length, more)

/** Forms of a request: `readPlainRequest` reads the first. Node reads the second, where a header lacks a blank. */
export const FORMS = [
  ['in plain requests', ''],
  ['in others', 'x-a:b\r\n'],
] as const

/** Checks the head and the signature of a request. @throws ServiceException */
export function authenticate(request: SignableRequest, credentials: Credentials, now: Date): void {
  checkSignature(request, request.body, checkHead(request, credentials, now))
}
