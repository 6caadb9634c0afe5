import { randomUUID } from 'node:crypto'
import { createServer, type IncomingMessage, type Server, type ServerResponse, STATUS_CODES } from 'node:http'
import type { Duplex } from 'node:stream'
import { ServiceException, ThrottlingException, UnknownOperationException } from '../contract/errors.ts'
import { openBodies } from './bodies.ts'
import { corsHeaders, preflightHeaders } from './cors.ts'
import { type Request, refusal } from './handle.ts'
import type { Load } from './load.ts'
import { errorReply, type Reply } from './reply.ts'
import { togetherAtTheEnd } from './together.ts'

export interface HttpOptions {
  /** Origins whose pages may call the API; `*` for any. */
  readonly corsOrigins: readonly string[]
  /** Answers a request that arrived whole; never rejects. */
  readonly handle: (request: Request) => Promise<Reply>
  readonly limits?: Partial<Limits>
  /** Counts requests, and says when they are too many: then they are told to slow down, their bodies unread. */
  readonly load?: Load
  /** Whether a request is answered however many there are. */
  readonly isAlwaysAnswered?: (method: string, url: string) => boolean
  /** Is told of each that was told to slow down: what there was too much of. */
  readonly onShed?: (reason: string) => void
  /** Whether clients are to make no more use of their connections, since the server will stop. */
  readonly isStopping?: () => boolean
}

/** Sizes in bytes, times in milliseconds. */
export interface Limits {
  readonly bodyBytes: number
  /** At a time; one more is closed at once. */
  readonly connections: number
  /** Of all bodies that are arriving or waiting for their answer. */
  readonly allBodiesBytes: number
  readonly headersTimeout: number
  /** For a request to arrive whole. */
  readonly requestTimeout: number
  /** Between two requests; longer than the 60 s of a load balancer, which must be the first to let go. */
  readonly keepAliveTimeout: number
  /** For a client that does not read its reply. */
  readonly stallTimeout: number
  /** How often the first two are looked after. */
  readonly connectionsCheckingInterval: number
  /**
   * How long a client whose request is refused unread may go on sending before the connection is closed. To close it at
   * once would reset it, and the client might never see why.
   */
  readonly lingerTimeout: number
}

/** Ten items with properties of 32,000 characters, each of them escaped (`\u4e2d`), are a body of 1.9 MB. */
const LIMITS: Limits = {
  bodyBytes: 4 * 1024 * 1024,
  connections: 10_000,
  allBodiesBytes: 256 * 1024 * 1024,
  headersTimeout: 20_000,
  requestTimeout: 60_000,
  keepAliveTimeout: 75_000,
  stallTimeout: 120_000,
  connectionsCheckingInterval: 5_000,
  lingerTimeout: 2_000,
}
const HEADERS_BYTES_MAX = 32 * 1024
const SHORT_BODY_BYTES = 64 * 1024
const SLOW_DOWN = 'The server has more requests than it can answer: try again'

/** Of a connection, the reply to the request that came last: as a WeakMap it took 5 % of the time of a PutUsers call. */
const latest = Symbol('latest')
type Connection = Duplex & { [latest]?: ServerResponse }

/** The thin layer between node's HTTP server and the pure function that answers requests. */
export function createHttpServer(options: HttpOptions): Server {
  const { corsOrigins, handle, limits, load, onShed = () => {}, isStopping = () => false } = options
  const { bodyBytes, allBodiesBytes, connections, stallTimeout, lingerTimeout, ...timeouts } = { ...LIMITS, ...limits }
  const bodies = openBodies(bodyBytes, allBodiesBytes)
  const atTheEnd = togetherAtTheEnd()
  // Without Host a request is refused for its signature, in the words of the service.
  const server = createServer({ ...timeouts, maxHeaderSize: HEADERS_BYTES_MAX, requireHostHeader: false })
  server.setTimeout(stallTimeout)
  server.maxConnections = connections
  server.on('drop', () => onShed('connections'))

  // When the server stops, a connection ends with its last reply, not before.
  const isKept = (response: ServerResponse) =>
    (server.listening && !isStopping()) || (response.req.socket as Connection)[latest] !== response
  /** Before its body is read. Where that is short the connection is worth more than what is to be thrown away. */
  const shed = (response: ServerResponse, url: string, cors: readonly string[], reason: string) => {
    onShed(reason)
    const reply = withHeaders(refusal(url, new ThrottlingException(SLOW_DOWN)), cors)
    if (!isShort(response.req)) return refuse(response, reply, lingerTimeout)
    response.req.resume()
    send(response, reply, isKept(response))
  }
  const answer = (message: IncomingMessage, response: ServerResponse) => {
    ;(message.socket as Connection)[latest] = response
    const preflight = preflightHeaders(corsOrigins, message)
    if (preflight) {
      message.resume()
      return send(response, { status: 204, headers: preflight, body: '' }, isKept(response))
    }
    const { method = 'GET', url = '/', headers } = message
    const cors = corsHeaders(corsOrigins, headers.origin)
    const isLimited = load && !options.isAlwaysAnswered?.(method, url)
    const excess = isLimited && load.excess()
    if (excess) return shed(response, url, cors, excess)
    bodies.read(message, body => {
      if (body instanceof ServiceException) {
        if (body instanceof ThrottlingException) onShed('bodies')
        return refuse(response, withHeaders(refusal(url, body), cors), lingerTimeout)
      }
      // More may have begun while it came.
      if (isLimited && load.isFull()) {
        bodies.release(body)
        return shed(response, url, cors, 'requests')
      }
      if (isLimited) load.begin()
      const done = (reply?: Reply) => {
        if (isLimited) load.end()
        bodies.release(body)
        if (!reply) response.destroy()
        else if (!response.destroyed) send(response, withHeaders(reply, cors), isKept(response))
      }
      atTheEnd(() => handle({ method, url, headers, body }).then(done, () => done()))
    })
  }
  server.on('request', answer)
  server.on('checkExpectation', answer)
  server.on('checkContinue', (message, response) => {
    if (bodies.accept(message) && !load?.isFull()) response.writeContinue()
    answer(message, response)
  })
  refuseNonsense(server, (socket, error) => {
    if (isAwaited((socket as Connection)[latest])) socket.destroy()
    else refuseUnread(socket, error, lingerTimeout)
  })
  return server
}

/** What is no request has no reply of its own. */
function refuseNonsense(server: Server, refuse: (socket: Duplex, error: ServiceException) => void): void {
  server.on('connect', (_message, socket) => refuse(socket, new UnknownOperationException('There is no CONNECT')))
  server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
    if (error.code === 'ECONNRESET') socket.destroy()
    else refuse(socket, protocolError(error))
  })
}

/**
 * Takes no more connections, closes those that wait for a request and answers the requests that are there. What has
 * not arrived and been answered after `graceMs` is cut off: node checks no timeouts any more.
 */
export function stopHttpServer(server: Server, graceMs = 5_000): Promise<void> {
  return new Promise(resolve => {
    const impatience = setTimeout(() => server.closeAllConnections(), graceMs)
    server.close(() => {
      clearTimeout(impatience)
      resolve()
    })
  })
}

/**
 * Whether a client waits for this reply, or for one before it, to a request that arrived whole and may be stored
 * already: it would take the next bytes on the connection for that reply.
 */
function isAwaited(response: ServerResponse | undefined): boolean {
  if (!response || response.writableEnded) return false
  return response.req.complete || response.socket === null
}

/** Whether the body that is still to come is not worth closing the connection for. */
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

/** Answers, and ends the connection when the client has sent the rest of its body, or after a while. */
function refuse(response: ServerResponse, { status, headers, body }: Reply, lingerTimeout: number): void {
  response.shouldKeepAlive = false
  response.writeHead(status, headers as string[]).write(body)
  const impatience = setTimeout(() => response.end(), lingerTimeout)
  response.req.once('end', () => response.end()).resume()
  response.once('close', () => clearTimeout(impatience))
}

/** The same where there is no request, for bytes that are not HTTP or came too slowly. */
function refuseUnread(socket: Duplex, error: ServiceException, lingerTimeout: number): void {
  if (!socket.writable) return
  const { status, headers, body } = errorReply('control', error, randomUUID())
  const lines = [`HTTP/1.1 ${status} ${STATUS_CODES[status]}`, `date: ${new Date().toUTCString()}`, 'connection: close']
  for (let i = 0; i < headers.length; i += 2) lines.push(`${headers[i]}: ${headers[i + 1]}`)
  // What came too slowly could still come whole and be carried out: no lingering there.
  socket.end(`${lines.join('\r\n')}\r\n\r\n${body}`, () => status === 408 && socket.destroy())
  const impatience = setTimeout(() => socket.destroy(), lingerTimeout)
  socket.once('close', () => clearTimeout(impatience))
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
