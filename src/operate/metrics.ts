import { randomUUID } from 'node:crypto'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import type { RetentionCounts } from '../retention/retention.ts'
import { Counter, exposition, gauge, Histogram } from './prometheus.ts'
import { type RequestCounts, requestCounts } from './request-counts.ts'

/** Counts the work of a server, for `GET /metrics`. No label holds an id, a value or an ARN. */
export interface ServerMetrics extends Disposable {
  /**
   * Counts an answered request, `ms` after its last byte arrived.
   * @param code the error's code, if the request was refused
   * @param input the input, in which only the number of records is read
   */
  answered(operation: string | undefined, code: string | undefined, ms: number, input: unknown): void
  /** Counts a refused request. @param reason one of a few fixed phrases */
  refused(operation: string | undefined, reason: string): void
  /** Counts a request that was refused unread, because there were too many. */
  shed(reason: string): void
  /** Counts a batch of writes to the store, which took `ms`. */
  batch(writes: number, ms: number): void
  /** Returns how many requests there have been. */
  requests(): RequestCounts
  /** Returns all metrics in the text format of Prometheus. */
  text(now: Snapshot): string
}

/** Values that are not counted, but read at the moment of the request. */
export interface Snapshot {
  readonly inFlight: number
  readonly connections: number
  readonly isReady: boolean
  readonly models: number
  /** How often the models in memory were asked, how often they remembered the answer, and how often the whole list. */
  readonly answers: { readonly asked: number; readonly remembered: number; readonly lists: number }
  /** The number of items or actions in each catalogue in memory. */
  readonly catalogues: readonly number[]
  /** The threads that score items, and the requests that wait for one; undefined where there are none. */
  readonly pool: { readonly threads: number; readonly busy: number; readonly waiting: number } | undefined
  /** The numbers of jobs in the store, on any server; empty if the store does not answer. */
  readonly jobs: readonly { readonly kind: string; readonly status: string; readonly count: number }[]
  /** Properties that Put calls left out, by dataset (`group/TYPE`) and name. Clients choose these names freely. */
  readonly unknownProperties: readonly { readonly dataset: string; readonly property: string; readonly count: number }[]
  /** The events that this server deleted for their age. */
  readonly retention: RetentionCounts
  /** Of the audit trail; undefined where there is none. */
  readonly audit:
    | { readonly recorded: number; readonly failures: number; readonly lost: number; readonly passedOver: number }
    | undefined
  readonly version: string
}

const SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]
const WRITES = [1, 2, 4, 8, 16, 32, 64, 128, 256]

/** A finer resolution would wake the thread more often than its requests do. */
const LAG_RESOLUTION_MS = 20

const NO_OPERATION = 'none'
const OK = 'ok'

/** The member of a Put call's input that lists its records, which is also their name in the metrics. */
const LISTS: Readonly<Record<string, string>> = {
  PutUsers: 'users',
  PutItems: 'items',
  PutActions: 'actions',
  PutEvents: 'eventList',
  PutActionInteractions: 'actionInteractions',
}
const KINDS: Readonly<Record<string, string>> = {
  users: 'users',
  items: 'items',
  actions: 'actions',
  eventList: 'events',
  actionInteractions: 'action-interactions',
}

/** The counters and histograms of a server, all at 0. */
export function openMetrics(): ServerMetrics {
  const server = randomUUID()
  const startedAt = Date.now() / 1000
  const delay = monitorEventLoopDelay({ resolution: LAG_RESOLUTION_MS })
  delay.enable()
  const requests = new Counter(
    'personalite_requests_total',
    'Requests answered, by operation and outcome: ok, or the code of the error.',
    key => {
      const [operation, outcome] = key.split(' ') as [string, string]
      return { operation, outcome }
    },
  )
  const latency = new Histogram(
    'personalite_request_seconds',
    'From the arrival of the whole request to its reply.',
    SECONDS,
    'operation',
  )
  const records = new Counter('personalite_records_put_total', 'Records acknowledged by Put calls.', list => ({
    kind: KINDS[list]!,
  }))
  const refusals = new Counter(
    'personalite_refusals_total',
    'Requests refused, by operation and reason: in a few phrases, or the code of the error.',
    key => {
      const space = key.indexOf(' ')
      return { operation: key.slice(0, space), reason: key.slice(space + 1) }
    },
  )
  const shed = new Counter(
    'personalite_shed_total',
    'Requests told to slow down before they were looked at, by what there was too much of.',
    reason => ({ reason }),
  )
  const writes = new Histogram('personalite_store_batch_writes', 'Writes that the store did together.', WRITES)
  const batches = new Histogram('personalite_store_batch_seconds', 'How long the store took to commit them.', SECONDS)

  return {
    answered(operation = NO_OPERATION, code = OK, ms, input) {
      requests.add(`${operation} ${code}`)
      latency.observe(ms / 1000, operation)
      const list = LISTS[operation]
      if (list && code === OK) records.add(list, (input as Readonly<Record<string, readonly unknown[]>>)[list]!.length)
    },
    refused: (operation = NO_OPERATION, reason) => refusals.add(`${operation} ${reason}`),
    shed: reason => shed.add(reason),
    batch(count, ms) {
      writes.observe(count)
      batches.observe(ms / 1000)
    },
    requests: () => ({
      server,
      started: new Date(startedAt * 1000).toISOString(),
      read: new Date().toISOString(),
      ...requestCounts({ requests, latency, records, refusals, shed, ok: OK }),
    }),
    text(now) {
      return exposition([
        requests,
        latency,
        records,
        refusals,
        shed,
        writes,
        batches,
        ...looks(now),
        ...retentionOf(now),
        ...auditTrail(now),
        ...process_(delay, startedAt),
      ])
    },
    [Symbol.dispose]: () => void delay.disable(),
  }
}

function looks(now: Snapshot) {
  const { inFlight, connections, isReady, models, answers, catalogues, pool, jobs, unknownProperties, version } = now
  const items = catalogues.reduce((sum, size) => sum + size, 0)
  return [
    gauge('personalite_build_info', 'Always 1.', () => [{ labels: { version, node: process.version }, value: 1 }]),
    one('personalite_ready', 'Whether /readyz answers 200.', Number(isReady)),
    one('personalite_requests_in_flight', 'Requests that are being answered.', inFlight),
    one('personalite_connections', 'Connections of clients.', connections),
    one('personalite_models', 'Trained models in memory.', models),
    count('personalite_answers_total', 'Questions to the models in memory.', answers.asked),
    count('personalite_answers_remembered_total', 'Of them, those whose answer was remembered.', answers.remembered),
    count('personalite_lists_remembered_total', 'Of these, those whose whole list was remembered.', answers.lists),
    one('personalite_threads', 'Threads that score items for requests.', pool?.threads ?? 0),
    one('personalite_threads_busy', 'Of them, those that are scoring.', pool?.busy ?? 0),
    one('personalite_threads_queue', 'Requests that wait for such a thread.', pool?.waiting ?? 0),
    one('personalite_catalogues', 'Catalogues of items or actions in memory.', catalogues.length),
    one('personalite_catalogue_items', 'Items and actions in all of them.', items),
    {
      ...gauge('personalite_unknown_properties_total', 'Properties left out, being no field of the schema.', () =>
        unknownProperties.map(({ count, ...labels }) => ({ labels, value: count })),
      ),
      type: 'counter' as const,
    },
    gauge('personalite_jobs', 'Jobs in the store, on whichever server, by kind and status.', () =>
      jobs.map(({ kind, status, count }) => ({ labels: { kind, status }, value: count })),
    ),
  ]
}

function retentionOf({ retention: { deleted, late, sweptAt } }: Snapshot) {
  return [
    count('personalite_events_expired_total', 'Events deleted because their dataset group keeps none so old.', deleted),
    count('personalite_events_expired_late_total', 'Of them, those that were too old when they arrived.', late),
    gauge(
      'personalite_events_expired_time_seconds',
      'When this server last deleted by age, in seconds since 1970; absent where it has not.',
      () => (sweptAt === undefined ? [] : [{ value: sweptAt / 1000 }]),
    ),
  ]
}

function auditTrail({ audit }: Snapshot) {
  if (!audit) return []
  return [
    count('personalite_audit_records_total', 'Records of the audit trail.', audit.recorded),
    count('personalite_audit_write_failures_total', 'Tries to write the audit log that failed.', audit.failures),
    count('personalite_audit_records_lost_total', 'Records that could not be written in time.', audit.lost),
    count('personalite_audit_passed_over_total', 'Unsigned requests beyond the recorded ones.', audit.passedOver),
  ]
}

/** Metrics of the process, under the names of https://github.com/siimon/prom-client, which dashboards for Node know. */
function process_(delay: ReturnType<typeof monitorEventLoopDelay>, startedAt: number) {
  const { rss, heapUsed, heapTotal, external, arrayBuffers } = process.memoryUsage()
  const { user, system } = process.cpuUsage()
  const lag = { mean: delay.mean, p50: delay.percentile(50), p99: delay.percentile(99), max: delay.max }
  delay.reset()
  const seconds = (nanoseconds: number) => Math.max(0, nanoseconds / 1e9 - LAG_RESOLUTION_MS / 1000) || 0
  return [
    ...Object.entries(lag).map(([of, nanoseconds]) =>
      one(
        `nodejs_eventloop_lag_${of}_seconds`,
        'How late the request thread was, since last read.',
        seconds(nanoseconds),
      ),
    ),
    one('process_resident_memory_bytes', 'Memory of the process, its threads included.', rss),
    one('nodejs_heap_size_used_bytes', 'Of it, in use by the request thread.', heapUsed),
    one('nodejs_heap_size_total_bytes', 'Of it, taken by the request thread.', heapTotal),
    one('nodejs_external_memory_bytes', 'Memory outside the heap.', external),
    one('nodejs_array_buffers_bytes', 'Of that, in typed arrays: models and bodies.', arrayBuffers),
    count('process_cpu_seconds_total', 'Time on a processor.', (user + system) / 1e6),
    one('process_start_time_seconds', 'When it started, in seconds since 1970.', startedAt),
  ]
}

const one = (name: string, help: string, value: number) => gauge(name, help, () => [{ value }])

const count = (name: string, help: string, value: number) => ({ ...one(name, help, value), type: 'counter' as const })
