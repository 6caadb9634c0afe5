import type { Socket } from 'node:net'

/** The open connections. A caller's has had a request carried out; all others are strangers'. */
export interface Connections {
  /** Adds a new connection, and closes another one where there are too many. */
  add(socket: Socket): void
  /** A request that arrived whole is being answered, so the connection must stay. */
  begin(socket: Socket): void
  /** The request was answered. @param isCallers whether it was carried out, which needs a caller's key */
  end(socket: Socket, isCallers: boolean): void
  /** A request that needs no key was answered, for example a load balancer's. */
  spoke(socket: Socket): void
}

/**
 * Limits the number of connections. One more closes the connection that has been idle for longest. Strangers'
 * connections go first, since they may never send anything, then those of callers. A connection that waits for its
 * reply is never closed: where all wait, the new one is closed.
 * @param onDrop called for each connection closed
 */
export function openConnections(most: number, onDrop: () => void): Connections {
  /** Both sets are in the order of last use. */
  const strangers = new Set<Socket>()
  const callers = new Set<Socket>()
  let count = 0
  const forget = (socket: Socket) => {
    strangers.delete(socket)
    callers.delete(socket)
  }
  const drop = (socket: Socket) => {
    forget(socket)
    socket.destroy()
    onDrop()
  }
  return {
    add(socket) {
      count++
      socket.once('close', () => {
        count--
        forget(socket)
      })
      const oldest = strangers.values().next().value ?? callers.values().next().value ?? socket
      strangers.add(socket)
      if (count > most) drop(oldest)
    },
    begin: forget,
    end(socket, isCallers) {
      if (!socket.destroyed) (isCallers ? callers : strangers).add(socket)
    },
    spoke(socket) {
      if (strangers.delete(socket)) strangers.add(socket)
    },
  }
}
