import { createHash, randomUUID, timingSafeEqual } from 'node:crypto'
import { isLoopback } from '../config/loopback.ts'
import type { PathHandler } from '../wire/aws/by-path.ts'
import type { Reply } from '../wire/aws/reply.ts'
import type { Head } from '../wire/aws/request.ts'
import { CONTENT_TYPE } from './prometheus.ts'

/**
 * Answers the requests of an operator. They are unsigned, since load balancers and Prometheus do not sign as clients of
 * AWS do.
 */
interface Operating {
  /** Returns the reason why the server cannot serve; undefined if it can. */
  whyNotReady(): Promise<string | undefined>
  /** The metrics in the text format of Prometheus. */
  metrics(): Promise<string>
  /** The token that a request for the metrics must have; undefined if every request to this machine may read them. */
  readonly metricsToken: string | undefined
  /** Whether other machines can reach the server. Then nobody may read the metrics without a token. */
  readonly isExposed: boolean
}

/** Returns the handlers of the three paths, for `GET` and `HEAD`. */
export function healthHandlers(operating: Operating): readonly (readonly [path: string, PathHandler])[] {
  return paths.map(([path, answer]) => [path, head => (isRead(head.method) ? answer(head, operating) : undefined)])
}

/** Health checks also use HEAD, as `wget --spider` and many uptime services do. Node sends no body then. */
const isRead = (method: string) => method === 'GET' || method === 'HEAD'

const paths: readonly (readonly [path: string, (head: Head, operating: Operating) => Promise<Reply>])[] = [
  ['/healthz', async () => json(200, { status: 'ok' })],
  ['/readyz', readiness],
  ['/metrics', metrics],
]

async function readiness(_head: Head, { whyNotReady }: Operating): Promise<Reply> {
  const reason = await whyNotReady()
  return reason === undefined ? json(200, { status: 'ready' }) : json(503, { status: 'not ready', reason })
}

async function metrics({ headers }: Head, { metrics, metricsToken, isExposed }: Operating): Promise<Reply> {
  const hostname = headers.host?.replace(/:\d+$/, '') ?? ''
  if (metricsToken !== undefined) {
    const isKnown = sameText(headers.authorization ?? '', `Bearer ${metricsToken}`)
    if (!isKnown) return json(401, { message: 'Send Authorization: Bearer and PERSONALITE_METRICS_TOKEN' })
  } else if (isExposed) {
    return json(403, { message: 'Set PERSONALITE_METRICS_TOKEN, since others than this machine reach this server' })
  } else if (!isLoopback(hostname)) {
    // Otherwise a web page could read them by DNS rebinding: its own host name would resolve to this machine.
    return json(403, { message: 'The metrics are for requests to localhost: set PERSONALITE_METRICS_TOKEN' })
  }
  return reply(200, CONTENT_TYPE, await metrics())
}

function json(status: number, body: object): Reply {
  return reply(status, 'application/json', JSON.stringify(body))
}

function reply(status: number, type: string, body: string): Reply {
  const length = String(Buffer.byteLength(body))
  const headers = { 'content-type': type, 'content-length': length, 'x-amzn-requestid': randomUUID() }
  return { status, headers: [...Object.entries(headers).flat(), 'cache-control', 'no-store'], body }
}

// In constant time for any lengths, so that the time reveals nothing about the token.
function sameText(a: string, b: string): boolean {
  const [left, right] = [a, b].map(text => createHash('sha256').update(text).digest()) as [Buffer, Buffer]
  return timingSafeEqual(left, right)
}
