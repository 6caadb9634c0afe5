import { connect, type Socket } from 'node:net'
import { setTimeout } from 'node:timers/promises'

export interface LoadResult {
  readonly callsPerSecond: number
  readonly p50ms: number
  readonly p99ms: number
}

/**
 * Sends each request once, over keep-alive connections with one request at a time on each, and waits for every reply
 * (closed loop). It writes prepared bytes to plain sockets, so that the client uses little of the machine.
 * @param perSecond sends no more than this many in a second; left out, as many as are answered
 * @throws Error on the first reply that is not 200
 */
export async function sendAll(
  url: string,
  requests: readonly Buffer[],
  connections: number,
  perSecond = Number.POSITIVE_INFINITY,
): Promise<LoadResult> {
  const latencies = new Float64Array(requests.length)
  let next = 0
  const startedAt = performance.now()
  const worker = async () => {
    const { port, hostname } = new URL(url)
    const connection = await open(Number(port), hostname)
    for (let index = next++; index < requests.length; index = next++) {
      const early = startedAt + (1000 * index) / perSecond - performance.now()
      if (early > 0) await setTimeout(early)
      const sentAt = performance.now()
      await connection.exchange(requests[index]!)
      latencies[index] = performance.now() - sentAt
    }
    connection.socket.end()
  }
  await Promise.all(Array.from({ length: connections }, worker))
  const seconds = (performance.now() - startedAt) / 1000
  latencies.sort()
  return {
    callsPerSecond: requests.length / seconds,
    p50ms: latencies[Math.floor(requests.length * 0.5)]!,
    p99ms: latencies[Math.floor(requests.length * 0.99)]!,
  }
}

interface Connection {
  readonly socket: Socket
  exchange(request: Buffer): Promise<void>
}

function open(port: number, host: string): Promise<Connection> {
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host, noDelay: true })
    let waiting: { resolve(): void; reject(error: Error): void } | undefined
    let missing = 0
    socket.on('data', (chunk: Buffer) => {
      // The head of a reply comes in one piece, a long body in several.
      if (missing > 0) missing -= chunk.length
      else if (chunk.toString('latin1', 0, 12) === 'HTTP/1.1 200') missing = lengthOf(chunk) - chunk.length
      else waiting?.reject(new Error(`unexpected reply: ${chunk.toString().slice(0, 500)}`))
      if (missing === 0) waiting?.resolve()
    })
    socket.on('error', error => (waiting ?? { reject }).reject(error))
    socket.on('close', () => waiting?.reject(new Error('the server closed the connection')))
    socket.on('connect', () =>
      resolve({
        socket,
        exchange: request =>
          new Promise((done, failed) => {
            waiting = { resolve: done, reject: failed }
            socket.write(request)
          }),
      }),
    )
  })
}

/** The bytes of a reply by its head. */
function lengthOf(chunk: Buffer): number {
  const end = chunk.indexOf('\r\n\r\n') + 4
  const length = /content-length: *(\d+)/i.exec(chunk.toString('latin1', 0, end))?.[1]
  return length === undefined ? chunk.length : end + Number(length)
}
