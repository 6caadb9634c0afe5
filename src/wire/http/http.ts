import { createServer, type Server } from 'node:http'
import { BODY_BYTES_MAX } from '../aws/body.ts'
import { type AdmissionOptions, openAdmission } from './admission.ts'
import { openBodies } from './bodies.ts'
import { openConnections } from './connections.ts'
import { HEADERS_BYTES_MAX, serveByNode } from './node-requests.ts'
import { servePlainRequests } from './plain-connections.ts'

export interface HttpOptions extends AdmissionOptions {
  /** Origins whose pages may call the API; `*` for any. */
  readonly corsOrigins: readonly string[]
  readonly limits?: Partial<HttpLimits>
  /** Whether clients are to make no more use of their connections, since the server will stop. */
  readonly isStopping?: () => boolean
}

/** Sizes in bytes, times in milliseconds. */
export interface HttpLimits {
  readonly bodyBytes: number
  /** At a time; for one more another is closed. */
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

export interface HttpServer {
  readonly server: Server
  /**
   * Takes no more connections, closes those that wait for a request and answers the requests that are there. What has
   * not arrived and been answered after `graceMs` (5,000) is cut off: node checks no timeouts any more.
   */
  stop(graceMs?: number): Promise<void>
}

/** The thin layer between HTTP and the pure function that answers requests. */
export function createHttpServer(options: HttpOptions): HttpServer {
  const limits = { ...LIMITS, ...options.limits }
  const { bodyBytes, allBodiesBytes, connections: mostConnections, stallTimeout, lingerTimeout, ...timeouts } = limits
  // Without Host a request is refused for its signature, in the words of the service.
  const server = createServer({ ...timeouts, maxHeaderSize: HEADERS_BYTES_MAX, requireHostHeader: false })
  server.setTimeout(stallTimeout)

  const bodies = openBodies(bodyBytes, allBodiesBytes)
  const connections = openConnections(mostConnections, () => options.onShed?.('connections'))
  const admission = openAdmission(options, { bodies, connections })
  const isServing = () => server.listening && !options.isStopping?.()
  serveByNode(server, { ...options, bodies, connections, admission, isServing, lingerTimeout })
  const plain = servePlainRequests(server, { ...limits, bodies, connections, admission, isServing })

  const stop = (graceMs = 5_000) =>
    new Promise<void>(resolve => {
      const impatience = setTimeout(() => {
        server.closeAllConnections()
        plain.closeAll()
      }, graceMs)
      server.close(() => {
        clearTimeout(impatience)
        resolve()
      })
      plain.closeIdle()
    })
  return { server, stop }
}
