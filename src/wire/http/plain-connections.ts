import type { Server } from 'node:http'
import type { Socket } from 'node:net'
import { CLOSE, type Reply, textOf } from '../aws/reply.ts'
import type { Admission } from './admission.ts'
import type { Bodies } from './bodies.ts'
import type { Connections } from './connections.ts'
import { readPlainRequest } from './plain-requests.ts'

/** Times in milliseconds. */
interface PlainOptions {
  readonly bodies: Bodies
  readonly connections: Connections
  readonly admission: Admission
  /** Whether connections are kept for further requests. */
  readonly isServing: () => boolean
  /** For the first request to arrive. */
  readonly headersTimeout: number
  /** Between two requests. */
  readonly keepAliveTimeout: number
  /** For a client that does not read its reply. */
  readonly stallTimeout: number
}

interface PlainConnections {
  /** Closes the connections that wait for a request. */
  closeIdle(): void
  closeAll(): void
}

/** A client that sends at the last moment is still served. Node waits as much longer. */
const KEPT_LONGER_MS = 1000

/**
 * Reads the connections of a server before node's HTTP does. It answers requests in the plain form (`readPlainRequest`)
 * in less than half of node's time. Any other bytes, and bytes before the reply to an earlier request, pass the
 * connection to node for good. So node handles the rest of HTTP and slow clients. Why:
 * docs/decisions/0007-plain-requests.md.
 */
export function servePlainRequests(server: Server, options: PlainOptions): PlainConnections {
  const { connections, keepAliveTimeout, stallTimeout } = options
  // A TLS server has its connections from this event on.
  const event = server.listenerCount('secureConnection') > 0 ? 'secureConnection' : 'connection'
  const [giveToNode] = server.listeners(event) as [(socket: Socket) => void]
  const mine = new Set<PlainConnection>()
  const shared: Shared = {
    ...options,
    mine,
    keep: `Connection: keep-alive\r\nKeep-Alive: timeout=${Math.floor(keepAliveTimeout / 1000)}\r\n`,
    patience: Math.min(keepAliveTimeout + KEPT_LONGER_MS, stallTimeout),
    giveToNode: socket => giveToNode.call(server, socket),
  }
  server.off(event, giveToNode).on(event, (socket: Socket) => {
    mine.add(new PlainConnection(socket, shared))
    connections.add(socket)
  })
  return {
    closeIdle() {
      for (const connection of mine) if (!connection.isAwaitingReply) connection.close()
    },
    closeAll() {
      for (const connection of mine) connection.close()
    },
  }
}

/** The parts that all connections of a server share. */
interface Shared extends PlainOptions {
  /** The connections that are not node's. */
  readonly mine: Set<PlainConnection>
  /** The header lines that keep a connection. */
  readonly keep: string
  /** How long a connection waits for its next request, in milliseconds. */
  readonly patience: number
  giveToNode(socket: Socket): void
}

/** A connection until it passes to node. It waits for a request, or for the reply to one. */
class PlainConnection {
  readonly #socket: Socket
  readonly #shared: Shared
  #isAwaitingReply = false
  /** The bytes that arrived before the reply to the latest request. */
  #early: Buffer | undefined

  constructor(socket: Socket, shared: Shared) {
    this.#socket = socket
    this.#shared = shared
    // Node remembers the address from now on, also once the client has gone: rules by address must not depend on it.
    void socket.remoteAddress
    for (const [event, listener] of this.#listeners) socket.on(event, listener)
    socket.setTimeout(shared.headersTimeout)
  }

  get isAwaitingReply(): boolean {
    return this.#isAwaitingReply
  }

  close(): void {
    this.#socket.destroy()
  }

  readonly #read = (bytes: Buffer) => {
    const socket = this.#socket
    if (this.#isAwaitingReply) {
      this.#early = bytes
      socket.pause()
      return
    }
    // Node stops reading from a client that does not read its replies.
    const request = socket.writableNeedDrain ? undefined : readPlainRequest(bytes, socket)
    if (!request) return this.#leave(bytes)
    const { bodies, admission } = this.#shared
    const received = admission.receive(request)
    if (received instanceof Promise) return this.#leave(bytes)
    if (typeof received === 'object') return this.#write(received)
    const excess = admission.excess()
    if (excess) return this.#write(admission.slowDown(request.url, excess))
    if (!bodies.hold(request.body)) return this.#leave(bytes)
    this.#isAwaitingReply = true
    admission.answer(received, request.body, socket, this.#send)
  }

  readonly #send = (reply?: Reply) => {
    this.#isAwaitingReply = false
    if (!reply) this.#socket.destroy()
    else if (!this.#socket.destroyed) this.#write(reply)
  }

  #write(reply: Reply): void {
    const socket = this.#socket
    const { isServing, keep, patience } = this.#shared
    const isLast = !isServing() || socket.readableEnded
    socket.write(textOf(reply, isLast ? CLOSE : keep))
    if (isLast) socket.destroySoon()
    else if (this.#early) this.#leave(this.#early)
    else if (socket.timeout !== patience) socket.setTimeout(patience)
  }

  /** Passes the connection to node for good. Node reads these bytes first. */
  #leave(bytes: Buffer): void {
    const socket = this.#socket
    this.#forget()
    for (const [event, listener] of this.#listeners) socket.off(event, listener)
    socket.setTimeout(0).pause().unshift(bytes)
    this.#shared.giveToNode(socket)
    socket.resume()
  }

  readonly #forget = () => {
    this.#shared.mine.delete(this)
  }

  readonly #unlessAwaitingReply = (end: () => void) => () => {
    if (!this.#isAwaitingReply) end()
  }

  readonly #listeners = [
    ['data', this.#read],
    ['end', this.#unlessAwaitingReply(() => this.#socket.destroySoon())],
    ['timeout', this.#unlessAwaitingReply(() => this.#socket.destroy())],
    ['error', () => {}],
    ['close', this.#forget],
  ] as const
}
