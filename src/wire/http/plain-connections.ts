import type { Server } from 'node:http'
import type { Socket } from 'node:net'
import { CLOSE, type Reply, textOf } from '../aws/reply.ts'
import type { Intake } from './admission.ts'
import type { Bodies } from './bodies.ts'
import type { Connections } from './connections.ts'
import { readPlainRequest } from './plain-requests.ts'

/** Times in milliseconds. */
export interface PlainOptions {
  readonly bodies: Bodies
  readonly connections: Connections
  readonly intake: Intake
  /** Whether connections are kept for other requests. */
  readonly isServing: () => boolean
  /** For a first request to come. */
  readonly headersTimeout: number
  /** Between two requests. */
  readonly keepAliveTimeout: number
  /** For a client that does not read its reply. */
  readonly stallTimeout: number
}

export interface PlainConnections {
  /** Closes those that wait for a request. */
  closeIdle(): void
  closeAll(): void
}

/** A client that sends at the last moment is still served: node gives it as much. */
const KEPT_LONGER_MS = 1000

/**
 * Puts itself before node's HTTP on the connections of a server. Requests in the plain form (`readPlainRequest`) are
 * answered here, for less than half of what node takes for it. With the first bytes that are anything else, or that do
 * not wait for the reply to those before them, a connection is node's from then on: so all else that there is to HTTP,
 * and whoever is slow, is left to it. Why: docs/decisions/0007-plain-requests.md.
 */
export function servePlainRequests(server: Server, options: PlainOptions): PlainConnections {
  const { bodies, connections, intake, isServing, headersTimeout, keepAliveTimeout, stallTimeout } = options
  const [giveToNode] = server.listeners('connection') as [(socket: Socket) => void]
  const mine = new Set<Socket>()
  const awaiting = new Set<Socket>()
  const keep = `Connection: keep-alive\r\nKeep-Alive: timeout=${Math.floor(keepAliveTimeout / 1000)}\r\n`
  const patience = Math.min(keepAliveTimeout + KEPT_LONGER_MS, stallTimeout)

  server.off('connection', giveToNode).on('connection', (socket: Socket) => {
    /** What came before the reply to what came before it. */
    let early: Buffer | undefined
    const read = (bytes: Buffer) => {
      if (awaiting.has(socket)) {
        early = bytes
        socket.pause()
        return
      }
      // Node reads no more of a client that does not read its replies.
      const request = socket.writableNeedDrain ? undefined : readPlainRequest(bytes)
      if (!request) return leave(bytes)
      const { url, body } = request
      const received = intake.receive(request)
      if (received instanceof Promise) return leave(bytes)
      if (typeof received === 'object') return write(received)
      const excess = intake.excess()
      if (excess) return write(intake.slowDown(url, excess))
      if (!bodies.hold(body)) return leave(bytes)
      awaiting.add(socket)
      intake.answer(received, body, socket, send)
    }
    const send = (reply?: Reply) => {
      awaiting.delete(socket)
      if (!reply) socket.destroy()
      else if (!socket.destroyed) write(reply)
    }
    const write = (reply: Reply) => {
      const isLast = !isServing() || socket.readableEnded
      socket.write(textOf(reply, isLast ? CLOSE : keep))
      if (isLast) socket.destroySoon()
      else if (early) leave(early)
      else if (socket.timeout !== patience) socket.setTimeout(patience)
    }
    const leave = (bytes: Buffer) => {
      forget()
      for (const [event, listener] of listeners) socket.off(event, listener)
      socket.setTimeout(0).pause().unshift(bytes)
      giveToNode.call(server, socket)
      socket.resume()
    }
    const forget = () => {
      mine.delete(socket)
      awaiting.delete(socket)
    }
    const unlessAwaited = (end: () => void) => () => {
      if (!awaiting.has(socket)) end()
    }
    const listeners = [
      ['data', read],
      ['end', unlessAwaited(() => socket.destroySoon())],
      ['timeout', unlessAwaited(() => socket.destroy())],
      ['error', () => {}],
      ['close', forget],
    ] as const
    for (const [event, listener] of listeners) socket.on(event, listener)
    socket.setTimeout(headersTimeout)
    mine.add(socket)
    connections.add(socket)
  })
  return {
    closeIdle() {
      for (const socket of mine.difference(awaiting)) socket.destroy()
    },
    closeAll() {
      for (const socket of mine) socket.destroy()
    },
  }
}
