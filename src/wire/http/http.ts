import { createServer, type Server } from 'node:http'
import { createServer as createTlsServer, type Server as TlsServer } from 'node:https'
import { setImmediate } from 'node:timers/promises'
import { BODY_BYTES_MAX } from '../aws/body.ts'
import { type AdmissionOptions, openAdmission } from './admission.ts'
import { openBodies } from './bodies.ts'
import type { Tls } from './certificate.ts'
import { openConnections } from './connections.ts'
import { limitHandshakes } from './handshakes.ts'
import { HEADERS_BYTES_MAX, serveByNode } from './node-requests.ts'
import { servePlainRequests } from './plain-connections.ts'

export interface HttpOptions extends AdmissionOptions {
  /** Origins whose pages may call the API; `*` for any. */
  readonly corsOrigins: readonly string[]
  /** Of a server that speaks HTTPS. */
  readonly tls?: Tls | undefined
  readonly limits?: Partial<HttpLimits>
  /** Whether the server is about to stop, so that clients must not reuse their connections. */
  readonly isStopping?: () => boolean
}

/** Sizes in bytes, times in milliseconds. */
export interface HttpLimits {
  readonly bodyBytes: number
  /** Open at a time. One more closes another. */
  readonly connections: number
  /** Of all bodies that are arriving or whose requests are being answered. */
  readonly allBodiesBytes: number
  readonly headersTimeout: number
  /** For a request to arrive completely. */
  readonly requestTimeout: number
  /** Between two requests. It is longer than a load balancer's 60 s, because the load balancer must close first. */
  readonly keepAliveTimeout: number
  /** For a client that does not read its reply. */
  readonly stallTimeout: number
  /** How often the first two timeouts are checked. */
  readonly connectionsCheckingInterval: number
  /**
   * How long a client whose request is refused unread may go on sending before the connection is closed. Closing it at
   * once would reset it, and the client might never read the reply.
   */
  readonly lingerTimeout: number
}

const LIMITS: HttpLimits = {
  bodyBytes: BODY_BYTES_MAX,
  connections: 10_000,
  allBodiesBytes: 256 * 1024 * 1024,
  headersTimeout: 20_000,
  requestTimeout: 60_000,
  keepAliveTimeout: 75_000,
  stallTimeout: 120_000,
  connectionsCheckingInterval: 5_000,
  lingerTimeout: 2_000,
}

/** The first ends this turn of the event loop. The second accepts connections that wait, the third reads them. */
const TURNS_TO_READ = 3

interface HttpServer {
  readonly server: Server
  /**
   * Accepts no more connections, closes the idle ones and answers the requests that are there, also those that have
   * arrived and are not read yet. After `graceMs` (5,000)
   * it closes every connection, because node no longer checks timeouts.
   */
  stop(graceMs?: number): Promise<void>
}

/** Creates the HTTP server: limits, timeouts and CORS. `options.receive` decides the replies. */
export function createHttpServer(options: HttpOptions): HttpServer {
  const limits = { ...LIMITS, ...options.limits }
  const { bodyBytes, allBodiesBytes, connections: mostConnections, stallTimeout, lingerTimeout, ...timeouts } = limits
  // The signature check refuses a request without Host, with the service's own error.
  const { tls } = options
  const http = { ...timeouts, maxHeaderSize: HEADERS_BYTES_MAX, requireHostHeader: false }
  const server = tls ? createTlsServer({ ...http, ...tls.options }) : createServer(http)
  server.setTimeout(stallTimeout)

  const bodies = openBodies(bodyBytes, allBodiesBytes)
  const onDrop = () => options.onShed?.('connections')
  const connections = openConnections(mostConnections, onDrop)
  const endHandshakes = tls ? limitHandshakes(server, onDrop) : () => {}
  const following = tls?.follow(server as Server & TlsServer)
  const admission = openAdmission(options, { bodies, connections })
  let isClosing = false
  const isServing = () => server.listening && !isClosing && !options.isStopping?.()
  serveByNode(server, { ...options, bodies, connections, admission, isServing, lingerTimeout })
  const plain = servePlainRequests(server, { ...limits, bodies, connections, admission, isServing })

  const stop = async (graceMs = 5_000) => {
    isClosing = true
    for (let turn = 0; turn < TURNS_TO_READ; turn++) await setImmediate()
    await new Promise<void>(resolve => {
      const timer = setTimeout(() => {
        server.closeAllConnections()
        plain.closeAll()
        endHandshakes()
      }, graceMs)
      following?.[Symbol.dispose]()
      server.close(() => {
        clearTimeout(timer)
        resolve()
      })
      plain.closeIdle()
    })
  }
  return { server, stop }
}
