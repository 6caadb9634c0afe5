import type { Counter, Histogram } from './prometheus.ts'

/** The requests of a server since it was started. Rates are differences between two readings of one server. */
export interface RequestCounts {
  /** Another for each start of each server. */
  readonly server: string
  readonly started: string
  readonly read: string
  /** The upper bounds of the buckets of latencies, in seconds; one more bucket has all that took longer. */
  readonly bounds: readonly number[]
  readonly operations: readonly OperationCounts[]
  /** Refused requests by operation, in a few phrases or the code of the error. */
  readonly refusals: readonly { readonly operation: string; readonly reason: string; readonly count: number }[]
  /** Records acknowledged by Put calls, by kind. */
  readonly records: Readonly<Record<string, number>>
  /** Requests told to slow down before they were looked at, by what there was too much of. */
  readonly shed: Readonly<Record<string, number>>
}

/** The requests for one operation. */
interface OperationCounts {
  /** `none` of a request that names no operation. */
  readonly operation: string
  readonly requests: number
  /** Those that were refused, by the code of the error. */
  readonly errors: Readonly<Record<string, number>>
  /** Of all requests together, from their arrival to their reply. */
  readonly seconds: number
  /** How many took as long as each bound, or less than that and more than the one before. */
  readonly buckets: readonly number[]
}

/** The counters of `GET /metrics` that are about requests. */
interface RequestFamilies {
  readonly requests: Counter
  readonly latency: Histogram
  readonly records: Counter
  readonly refusals: Counter
  readonly shed: Counter
  /** The outcome of a request that was not refused. */
  readonly ok: string
}

/** The counts in the counters of a server. */
export function requestCounts({ requests, latency, records, refusals, shed, ok }: RequestFamilies) {
  const outcomes = Map.groupBy(requests.samples(), ({ labels }) => labels.operation!)
  const operations = Array.from(latency.series(), ([operation, { counts, sum }]): OperationCounts => {
    const errors = (outcomes.get(operation) ?? []).filter(({ labels }) => labels.outcome !== ok)
    return {
      operation,
      requests: counts.reduce((sum, count) => sum + count, 0),
      errors: Object.fromEntries(errors.map(({ labels, value }) => [labels.outcome!, value])),
      seconds: sum,
      buckets: [...counts],
    }
  })
  const byLabel = (counter: Counter, label: string) =>
    Object.fromEntries(Array.from(counter.samples(), ({ labels, value }) => [labels[label]!, value]))
  return {
    bounds: latency.bounds,
    operations,
    refusals: Array.from(refusals.samples(), ({ labels, value }) => {
      return { operation: labels.operation!, reason: labels.reason!, count: value }
    }),
    records: byLabel(records, 'kind'),
    shed: byLabel(shed, 'reason'),
  }
}
