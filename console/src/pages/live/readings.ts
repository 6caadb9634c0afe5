/** The requests of a server since its start, as `/inspect/requests` shows them. */
export interface Reading {
  /** Another for each start of each server. */
  readonly server: string
  /** When it was read, by the server's clock. */
  readonly read: string
  /** The upper bounds of the buckets of latencies, in seconds; one more bucket has all that took longer. */
  readonly bounds: readonly number[]
  readonly operations: readonly OperationCounts[]
  readonly refusals: readonly Refusals[]
  readonly records: Readonly<Record<string, number>>
}

interface OperationCounts {
  readonly operation: string
  readonly requests: number
  readonly errors: Readonly<Record<string, number>>
  readonly buckets: readonly number[]
}

interface Refusals {
  readonly operation: string
  readonly reason: string
  readonly count: number
}

/** The requests for one operation in some time. */
export interface Rate {
  readonly operation: string
  readonly perSecond: number
  readonly errorsPerSecond: number
  /** Latencies in milliseconds that half, 90 % and 99 % of the requests did not exceed; undefined without requests. */
  readonly p50: number | undefined
  readonly p90: number | undefined
  readonly p99: number | undefined
}

/** The counts over some time, of all servers that answered. */
export interface Span {
  /** Those with requests alone, the most frequent first. */
  readonly rates: readonly Rate[]
  readonly total: Rate
  /** Refused requests, the most frequent first. */
  readonly refusals: readonly Refusals[]
  /** Records put each second, by kind. */
  readonly records: Readonly<Record<string, number>>
  /** How long it was, of the server that was read longest, in seconds. */
  readonly seconds: number
}

/** The history with one more reading, without those that are older than `keptMs` beside the newest. */
export function withReading(history: readonly Reading[], next: Reading, keptMs: number): readonly Reading[] {
  const from = Date.parse(next.read) - keptMs
  return [...history.filter(({ read }) => Date.parse(read) >= from), next]
}

/** Two readings of one server, and the seconds between them. */
interface Pair {
  readonly before: Reading
  readonly after: Reading
  readonly seconds: number
}

/** The requests of the last `ms`, by differences between the readings of each server; undefined before there are two. */
export function spanOf(history: readonly Reading[], ms: number): Span | undefined {
  const newest = Math.max(...history.map(({ read }) => Date.parse(read)))
  const recent = history.filter(({ read }) => Date.parse(read) >= newest - ms)
  const byServer = [...Map.groupBy(recent, ({ server }) => server).values()]
  const pairs = byServer.flatMap(readings => pairOf(readings[0]!, readings.at(-1)!) ?? [])
  return pairs.length === 0 ? undefined : spanBetween(pairs)
}

/** The requests a second at each reading, of all operations together and of each, to be plotted. */
export function ratesOverTime(history: readonly Reading[]): readonly (readonly [time: Date, span: Span])[] {
  const last = new Map<string, Reading>()
  const pairs = new Map<string, Pair>()
  return history.flatMap(reading => {
    const before = last.get(reading.server)
    last.set(reading.server, reading)
    const pair = before && pairOf(before, reading)
    if (!pair) return []
    pairs.set(reading.server, pair)
    return [[new Date(reading.read), spanBetween([...pairs.values()])] as const]
  })
}

function pairOf(before: Reading, after: Reading): Pair | undefined {
  const seconds = (Date.parse(after.read) - Date.parse(before.read)) / 1000
  return seconds > 0 ? { before, after, seconds } : undefined
}

/** The requests for one operation between readings. */
interface Counted {
  readonly operation: string
  readonly perSecond: number
  readonly errorsPerSecond: number
  readonly buckets: readonly number[]
}

function spanBetween(pairs: readonly Pair[]): Span {
  const { bounds } = pairs[0]!.after
  const operations = Map.groupBy(pairs.flatMap(operationsBetween), ({ operation }) => operation)
  const counted = [...operations].map(([operation, all]) => together(operation, all, bounds))
  const rates = counted.filter(({ buckets }) => sum(buckets) > 0).map(one => rateOf(one, bounds))
  const refusals = Map.groupBy(pairs.flatMap(refusalsBetween), ({ operation, reason }) => `${operation} ${reason}`)
  return {
    rates: rates.sort((a, b) => b.perSecond - a.perSecond),
    total: rateOf(together('All', counted, bounds), bounds),
    refusals: [...refusals.values()]
      .map(all => ({ ...all[0]!, count: sum(all.map(({ count }) => count)) }))
      .sort((a, b) => b.count - a.count),
    records: recordsBetween(pairs),
    seconds: Math.max(...pairs.map(({ seconds }) => seconds)),
  }
}

function operationsBetween({ before, after, seconds }: Pair): readonly Counted[] {
  const then = new Map(before.operations.map(one => [one.operation, one]))
  return after.operations.map(({ operation, requests, errors, buckets }) => {
    const old = then.get(operation)
    return {
      operation,
      perSecond: (requests - (old?.requests ?? 0)) / seconds,
      errorsPerSecond: (sum(Object.values(errors)) - sum(Object.values(old?.errors ?? {}))) / seconds,
      buckets: buckets.map((count, at) => count - (old?.buckets[at] ?? 0)),
    }
  })
}

function refusalsBetween({ before, after }: Pair): readonly Refusals[] {
  const then = new Map(before.refusals.map(one => [`${one.operation} ${one.reason}`, one.count]))
  return after.refusals
    .map(one => ({ ...one, count: one.count - (then.get(`${one.operation} ${one.reason}`) ?? 0) }))
    .filter(({ count }) => count > 0)
}

function recordsBetween(pairs: readonly Pair[]): Readonly<Record<string, number>> {
  const rates: Record<string, number> = {}
  for (const { before, after, seconds } of pairs)
    for (const [kind, count] of Object.entries(after.records))
      rates[kind] = (rates[kind] ?? 0) + (count - (before.records[kind] ?? 0)) / seconds
  return rates
}

/** The requests of several servers or operations, added up. */
function together(operation: string, all: readonly Counted[], bounds: readonly number[]): Counted {
  return {
    operation,
    perSecond: sum(all.map(({ perSecond }) => perSecond)),
    errorsPerSecond: sum(all.map(({ errorsPerSecond }) => errorsPerSecond)),
    buckets: [...bounds, Infinity].map((_, at) => sum(all.map(({ buckets }) => buckets[at]!))),
  }
}

const sum = (numbers: readonly number[]) => numbers.reduce((sum, one) => sum + one, 0)

function rateOf({ buckets, ...counted }: Counted, bounds: readonly number[]): Rate {
  const [p50, p90, p99] = [0.5, 0.9, 0.99].map(share => quantile(buckets, bounds, share))
  return { ...counted, p50, p90, p99 }
}

/**
 * The quantile of latencies in buckets, in milliseconds, by a straight line inside of a bucket, as Prometheus has it
 * (histogram_quantile). Beyond the last bound it is that bound. Undefined where the buckets are empty.
 */
export function quantile(buckets: readonly number[], bounds: readonly number[], share: number): number | undefined {
  const total = sum(buckets)
  if (total === 0) return undefined
  let before = 0
  for (const [at, bound] of bounds.entries()) {
    const count = buckets[at]!
    if (before + count >= share * total && count > 0) {
      const from = bounds[at - 1] ?? 0
      return 1000 * (from + (bound - from) * ((share * total - before) / count))
    }
    before += count
  }
  return 1000 * bounds.at(-1)!
}
