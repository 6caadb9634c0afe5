import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'

/** A way from a server to PostgreSQL that can fail. */
export interface Way extends AsyncDisposable {
  /** The URL of the database by this way. */
  readonly url: string
  /** Cuts all connections, at any moment. */
  cut(): void
  /**
   * Holds back all bytes, without closing a connection. They arrive when the returned function is called, or `release`.
   */
  hold(): () => void
  /**
   * Holds the way as soon as bytes like these leave for PostgreSQL, which are held too. Fulfilled when it is held.
   */
  holdAt(isSo: (bytes: Buffer) => boolean): Promise<void>
  release(): void
  /** Cuts the server's ends of the held connections, with the bytes that they hold; new ones are not held. */
  strand(): void
  /** Has the connections of now hear nothing any more, not even of their end; new ones are not held. */
  silence(): void
}

interface Connection {
  readonly near: Socket
  readonly far: Socket
  /** The bytes that arrive later, while it is held. */
  held: (() => void)[] | undefined
}

/** @param delay how long bytes from the server to PostgreSQL are held up, in milliseconds */
export async function startWay(database: string, delay = (_bytes: Buffer) => 0): Promise<Way> {
  const { hostname, port } = new URL(database)
  const connections = new Set<Connection>()
  let isHeld = false
  let look = (_bytes: Buffer) => {}
  const server = createServer(near => {
    const connection: Connection = { near, far: connect(Number(port), hostname), held: isHeld ? [] : undefined }
    connections.add(connection)
    near.on('data', bytes => look(bytes as Buffer))
    join(connection, near, connection.far, delay)
    join(connection, connection.far, near)
    for (const [socket, other] of [[near, connection.far] as const, [connection.far, near] as const])
      socket.once('close', () => other.destroyed && connections.delete(connection))
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const hold = () => {
    isHeld = true
    for (const connection of connections) connection.held ??= []
    return release
  }
  const cut = () => {
    for (const { near, far } of connections) for (const socket of [near, far]) reset(socket)
  }
  const release = () => {
    isHeld = false
    for (const connection of connections) {
      const { held = [] } = connection
      connection.held = undefined
      for (const arrive of held) arrive()
    }
  }
  return {
    url: Object.assign(new URL(database), { port: String((server.address() as AddressInfo).port) }).href,
    cut,
    hold,
    holdAt: isSo =>
      new Promise(resolve => {
        look = bytes => {
          if (!isSo(bytes)) return
          look = () => {}
          hold()
          resolve()
        }
      }),
    release,
    strand() {
      isHeld = false
      for (const { near } of connections) reset(near)
    },
    silence() {
      isHeld = false
      for (const connection of connections) {
        connection.held = []
        // So the other ends soon can send no more, as where nobody takes their bytes off the network.
        for (const socket of [connection.near, connection.far]) socket.pause()
      }
    },
    async [Symbol.asyncDispose]() {
      for (const { near, far } of connections) for (const socket of [near, far]) socket.destroy()
      await new Promise(resolve => server.close(resolve))
    },
  }
}

/**
 * Resets a socket, if nothing is on its way through it. A reset during a connect, a write or an end would leave node
 * waiting for the socket for ever.
 */
function reset(socket: Socket): void {
  const isIdle = !socket.connecting && socket.writableLength === 0 && !socket.writableEnded
  if (isIdle) socket.resetAndDestroy()
  else socket.destroy()
}

function join(connection: Connection, from: Socket, to: Socket, delay = (_bytes: Buffer) => 0): void {
  const soon = (arrive: () => void) => (connection.held ? connection.held.push(arrive) : arrive())
  from.on('data', bytes => {
    const write = () => soon(() => to.writable && void to.write(bytes))
    const ms = delay(bytes as Buffer)
    if (ms > 0) setTimeout(write, ms)
    else write()
  })
  from.once('close', () => soon(() => void to.end()))
  from.on('error', () => {})
}
