import type { Socket } from 'node:net'

/** Who is connected: strangers, and callers, of whom a request has been carried out. */
export interface Connections {
  /** A new connection. Where there are too many another is closed for it. */
  add(socket: Socket): void
  /** A request that came whole is being answered: the connection stays. */
  begin(socket: Socket): void
  /** It was answered. @param isCallers whether it was carried out, for whom only a caller has the key */
  end(socket: Socket, isCallers: boolean): void
  /** One that asks for no key was answered, as that of a load balancer. */
  spoke(socket: Socket): void
}

/**
 * Bounds how many connections there are. One more takes the place of that which has been of no use for longest: a
 * stranger's first, who may never say anything, else a caller's that waits for another request. One that waits for its
 * answer is closed for nobody: where there are only such, the new one is closed.
 * @param onDrop is told of each that was closed
 */
export function openConnections(most: number, onDrop: () => void): Connections {
  /** Each in the order of their last use. */
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
