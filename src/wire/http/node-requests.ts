import { randomUUID } from 'node:crypto'
import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { ServiceException, ThrottlingException, UnknownOperationException } from '../../contract/errors.ts'
import { refusal } from '../aws/personalize.ts'
import { CLOSE, errorReply, type Reply, textOf } from '../aws/reply.ts'
import type { BodyHandler } from '../aws/request.ts'
import type { Admission } from './admission.ts'
import type { Bodies } from './bodies.ts'
import type { Connections } from './connections.ts'
import { corsHeaders, preflightHeaders } from './cors.ts'

interface NodeOptions {
  /** Origins whose pages may call the API; `*` for any. */
  readonly corsOrigins: readonly string[]
  readonly bodies: Bodies
  readonly connections: Connections
  readonly admission: Admission
  /** Whether connections are kept for other requests. */
  readonly isServing: () => boolean
  /** In milliseconds. */
  readonly lingerTimeout: number
  readonly onShed?: (reason: string) => void
}

/** AWS clients send 1 to 4 KiB. */
export const HEADERS_BYTES_MAX = 16 * 1024
const SHORT_BODY_BYTES = 64 * 1024

/**
 * The most requests that a connection may send before their replies. No AWS client sends as many, and one that did
 * would occupy the thread alone.
 */
const UNANSWERED_MAX = 100

/** The response to a connection's latest request. A WeakMap in its place took 5 % of the time of a PutUsers call. */
const latest = Symbol('latest')
/** How many of a connection's requests have no reply yet. */
const unanswered = Symbol('unanswered')
type Connection = Socket & { [latest]?: ServerResponse; [unanswered]?: number }

/** Answers the requests that node's HTTP reads, which is all of HTTP/1.1. Refuses bytes that it cannot read. */
export function serveByNode(server: Server, options: NodeOptions): void {
  const { corsOrigins, bodies, connections, admission, isServing, lingerTimeout, onShed } = options
  // When the server stops, a connection ends with its last reply and not earlier.
  const isKept = (response: ServerResponse) => isServing() || (response.req.socket as Connection)[latest] !== response
  /**
   * Replies before the body is read. A short body is read and thrown away, because that costs less than a new
   * connection.
   */
  const answerUnread = (response: ServerResponse, reply: Reply) => {
    if (response.destroyed) return
    if (!isShort(response.req)) return refuse(response, reply, lingerTimeout)
    response.req.resume()
    send(response, reply, isKept(response))
  }
  const read = (message: IncomingMessage, response: ServerResponse, answer: BodyHandler, cors: readonly string[]) => {
    const { url = '/' } = message
    bodies.read(message, body => {
      if (body instanceof ServiceException) {
        if (body instanceof ThrottlingException) onShed?.('bodies')
        return refuse(response, withHeaders(refusal(url, body), cors), lingerTimeout)
      }
      if (admission.isFull()) {
        bodies.release(body)
        return answerUnread(response, withHeaders(admission.slowDown(url, 'requests'), cors))
      }
      admission.answer(answer, body, message.socket, reply => {
        if (!reply) response.destroy()
        else if (!response.destroyed) send(response, withHeaders(reply, cors), isKept(response))
      })
    })
  }
  const answer = (message: IncomingMessage, response: ServerResponse, welcome?: () => void) => {
    if (!isInTurn(message.socket, response)) return
    message.url = originForm(message.url)
    const preflight = preflightHeaders(corsOrigins, message)
    if (preflight) return answerUnread(response, { status: 204, headers: preflight, body: '' })
    const { method = 'GET', url = '/', headers } = message
    const cors = corsHeaders(corsOrigins, headers.origin)
    const received = admission.receive({ method, url, headers, peer: message.socket })
    if (received instanceof Promise) {
      connections.spoke(message.socket)
      received.then(
        reply => answerUnread(response, withHeaders(reply, cors)),
        () => response.destroy(),
      )
    } else if (typeof received === 'object') answerUnread(response, withHeaders(received, cors))
    else {
      const excess = admission.excess()
      if (excess) return answerUnread(response, withHeaders(admission.slowDown(url, excess), cors))
      welcome?.()
      read(message, response, received, cors)
    }
  }
  server.on('request', (message, response) => answer(message, response))
  server.on('checkExpectation', (message, response) => answer(message, response))
  server.on('checkContinue', (message, response) => {
    answer(message, response, () => bodies.accept(message) && response.writeContinue())
  })
  refuseNonsense(server, (socket, error) => {
    if (isAwaited((socket as Duplex as Connection)[latest])) socket.destroy()
    else refuseUnread(socket, error, lingerTimeout)
  })
}

/** The path and query of a request whose line has the whole URL, as a client of a proxy writes it (RFC 9112, 3.2.2). */
function originForm(url = '/'): string {
  return url.replace(/^https?:\/\/[^/?]*(?=([/?]?))/i, (_, next: string) => (next === '/' ? '' : '/'))
}

/** Records a request. Returns false, and closes the connection, where it has too many requests without a reply. */
function isInTurn(connection: Connection, response: ServerResponse): boolean {
  // Node still reads the other requests of the same chunk.
  if (connection.destroyed) return false
  connection[latest] = response
  connection[unanswered] = (connection[unanswered] ?? 0) + 1
  response.once('close', () => void connection[unanswered]!--)
  if (connection[unanswered] <= UNANSWERED_MAX) return true
  connection.destroy()
  return false
}

/** CONNECT and malformed bytes emit no `request` event, so they are refused on the socket. */
function refuseNonsense(server: Server, refuse: (socket: Duplex, error: ServiceException) => void): void {
  server.on('connect', (_message, socket) => refuse(socket, new UnknownOperationException('CONNECT is not supported')))
  server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
    if (error.code === 'ECONNRESET') socket.destroy()
    else refuse(socket, protocolError(error))
  })
}

/**
 * Whether a client waits for this reply, or an earlier one, to a request that arrived whole and may be stored already.
 * The client would take the next bytes on the connection for that reply.
 */
function isAwaited(response: ServerResponse | undefined): boolean {
  if (!response || response.writableEnded) return false
  return response.req.complete || response.socket === null
}

/** Whether the rest of the body is so short that the connection is kept. */
function isShort({ headers }: IncomingMessage): boolean {
  if (headers['transfer-encoding'] !== undefined || headers.expect !== undefined) return false
  return Number(headers['content-length'] ?? 0) <= SHORT_BODY_BYTES
}

function withHeaders(reply: Reply, more: readonly string[]): Reply {
  return more.length === 0 ? reply : { ...reply, headers: [...reply.headers, ...more] }
}

function send(response: ServerResponse, { status, headers, body }: Reply, keepAlive: boolean): void {
  if (!keepAlive) response.shouldKeepAlive = false
  response.writeHead(status, headers as string[]).end(body)
}

/** Sends the reply, and ends the connection when the client has sent the rest of its body, or after `lingerTimeout`. */
function refuse(response: ServerResponse, { status, headers, body }: Reply, lingerTimeout: number): void {
  response.shouldKeepAlive = false
  response.writeHead(status, headers as string[]).write(body)
  const timer = setTimeout(() => response.end(), lingerTimeout)
  response.req.once('end', () => response.end()).resume()
  response.once('close', () => clearTimeout(timer))
}

/** Does the same on a socket without a request, for bytes that are not HTTP or that arrived too slowly. */
function refuseUnread(socket: Duplex, error: ServiceException, lingerTimeout: number): void {
  if (!socket.writable) return
  const reply = errorReply('control', error, randomUUID())
  // A request that is too slow could still arrive whole and be carried out, so this does not linger.
  socket.end(textOf(reply, CLOSE), () => reply.status === 408 && socket.destroy())
  const timer = setTimeout(() => socket.destroy(), lingerTimeout)
  socket.once('close', () => clearTimeout(timer))
}

function protocolError({ code = '' }: NodeJS.ErrnoException): ServiceException {
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') {
    return new ServiceException('RequestTimeoutException', 'The request took too long to arrive', 408)
  }
  if (code === 'HPE_HEADER_OVERFLOW') {
    const message = `The request line and headers are larger than ${HEADERS_BYTES_MAX} bytes`
    return new ServiceException('RequestHeaderFieldsTooLargeException', message, 431)
  }
  return new ServiceException('BadRequestException', 'This is not a well-formed HTTP/1.1 request', 400)
}
