/** A value of a metric in one period, as `/inspect/metrics` shows it. */
interface MetricValue {
  readonly timestamp: string
  readonly metricName: string
  readonly eventType: string
  readonly function: string
  readonly source: string
  readonly value: number
}

/** The answer of `/inspect/metrics`. */
export interface Measured {
  readonly from: string
  readonly to: string
  /** In seconds. */
  readonly period: number
  readonly metrics: readonly MetricValue[]
  /** Why a metric has no value. */
  readonly notes: readonly string[]
}

/** A metric over time, by source. */
export interface MetricOverTime {
  readonly metricName: string
  readonly eventType: string
  readonly function: string
  /** The greatest total first. */
  readonly sources: readonly SourceOverTime[]
  readonly total: number
}

/** The metrics of one source. */
interface SourceOverTime {
  readonly source: string
  readonly total: number
  /** A value for each period, 0 where there was nothing. */
  readonly points: readonly { readonly x: Date; readonly y: number }[]
}

/** The beginnings of the periods of a time, in milliseconds since 1970. Periods begin at multiples of their length. */
export function periodsOf(fromMs: number, toMs: number, periodSeconds: number): readonly number[] {
  const length = 1000 * periodSeconds
  const first = Math.floor(fromMs / length) * length
  return Array.from({ length: Math.max(0, Math.ceil((toMs - first) / length)) }, (_, at) => first + at * length)
}

/** The metrics of the last `seconds` of an answer, each by source. */
export function overTime({ to, period, metrics }: Measured, seconds: number): readonly MetricOverTime[] {
  const end = Date.parse(to)
  const periods = periodsOf(end - 1000 * seconds, end, period)
  const recent = metrics.filter(({ timestamp }) => Date.parse(timestamp) >= (periods[0] ?? end))
  return [...Map.groupBy(recent, ({ metricName }) => metricName)]
    .map(([metricName, values]) => {
      const sources = [...Map.groupBy(values, ({ source }) => source)]
        .map(([source, own]) => sourceOverTime(source, own, periods))
        .sort((a, b) => b.total - a.total)
      const { eventType, function: by } = values[0]!
      const total = sources.reduce((sum, one) => sum + one.total, 0)
      return { metricName, eventType, function: by, sources, total }
    })
    .sort((a, b) => a.metricName.localeCompare(b.metricName))
}

function sourceOverTime(source: string, values: readonly MetricValue[], periods: readonly number[]): SourceOverTime {
  const byTime = new Map<number, number>()
  for (const { timestamp, value } of values) {
    const time = Date.parse(timestamp)
    byTime.set(time, (byTime.get(time) ?? 0) + value)
  }
  return {
    source,
    total: values.reduce((sum, { value }) => sum + value, 0),
    points: periods.map(time => ({ x: new Date(time), y: byTime.get(time) ?? 0 })),
  }
}
