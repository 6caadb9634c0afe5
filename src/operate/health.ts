import { createHash, randomUUID, timingSafeEqual } from 'node:crypto'
import { isLoopback } from '../config/loopback.ts'
import type { PathHandler } from '../wire/aws/by-path.ts'
import type { Head } from '../wire/aws/handle.ts'
import type { Reply } from '../wire/aws/reply.ts'
import { CONTENT_TYPE } from './prometheus.ts'

/** What whoever runs the server asks, unsigned: load balancers and Prometheus do not sign as clients of AWS do. */
export interface Operating {
  /** Why the server cannot serve; undefined where it can. */
  whyNotReady(): Promise<string | undefined>
  /** The metrics in the text format of Prometheus. */
  metrics(): Promise<string>
  /** What a request for the metrics must bear; undefined where any may read them that is addressed to this machine. */
  readonly metricsToken: string | undefined
  /** Whether none may read them without a token: others than this machine can reach the server. */
  readonly isExposed: boolean
}

/** The handlers of the three paths, for `GET` and `HEAD`. */
export function healthHandlers(operating: Operating): readonly (readonly [path: string, PathHandler])[] {
  return paths.map(([path, answer]) => [path, head => (isRead(head.method) ? answer(head, operating) : undefined)])
}

/** Checks of health ask with HEAD too: `wget --spider` does, and many an uptime service. Node sends no body then. */
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
    // A page in a browser on this machine, under a name that it has made lead here, could read them.
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

// In constant time, whatever their lengths.
function sameText(a: string, b: string): boolean {
  const [left, right] = [a, b].map(text => createHash('sha256').update(text).digest()) as [Buffer, Buffer]
  return timingSafeEqual(left, right)
}
