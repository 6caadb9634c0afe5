import type { Server } from 'node:http'
import type { Socket } from 'node:net'

/** The most connections that have not agreed on a key yet. One more closes the oldest of them. */
const MOST = 1000

const nameOf = ({ remoteAddress, remotePort }: Socket) => `${remoteAddress} ${remotePort}`

/**
 * Limits the connections of a TLS server that are no further than their handshake. A connection is known to all else
 * only after it.
 * @param onDrop called for each connection closed
 * @returns a function that closes all of them
 */
export function limitHandshakes(server: Server, onDrop: () => void, most = MOST): () => void {
  const pending = new Map<string, Socket>()
  server.on('connection', (socket: Socket) => {
    const name = nameOf(socket)
    pending.set(name, socket)
    socket.once('close', () => pending.get(name) === socket && pending.delete(name))
    if (pending.size <= most) return
    const [oldest, first] = pending.entries().next().value!
    pending.delete(oldest)
    first.destroy()
    onDrop()
  })
  server.on('secureConnection', (socket: Socket) => void pending.delete(nameOf(socket)))
  return () => {
    for (const socket of pending.values()) socket.destroy()
  }
}
