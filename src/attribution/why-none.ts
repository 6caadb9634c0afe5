import type { MetricAttribute } from '../contract/generated/types.ts'
import { unmetTypes } from '../datasets/unmet-types.ts'
import type { MeasuredEvent, MetricValue } from './accumulate.ts'

interface Seen {
  newest: number
  inTime: number
}

/** Finds out why a metric has no value, from the events that are measured. */
interface WhyNone {
  /** @param isInTime whether its time is measured */
  see(event: Pick<MeasuredEvent, 'eventType' | 'timestampMs'>, isInTime: boolean): void
  /** Returns a sentence for each cause; none where every metric has a value. */
  notes(values: readonly MetricValue[]): readonly string[]
}

/** Opens the search for the causes of metrics without a value. An event type that is misspelt is one. */
export function openWhyNone(metrics: readonly MetricAttribute[]): WhyNone {
  const types = new Map<string, Seen>()
  return {
    see({ eventType, timestampMs }, isInTime) {
      const seen = types.getOrInsertComputed(eventType, () => ({ newest: timestampMs, inTime: 0 }))
      seen.newest = Math.max(seen.newest, timestampMs)
      if (isInTime) seen.inTime++
    },
    notes(values) {
      if (types.size === 0) return [NO_EVENTS]
      const without = metrics.filter(({ metricName }) => !values.some(value => value.metricName === metricName))
      const unmet = unmetTypes(
        without.map(({ eventType }) => eventType),
        [...types.keys()],
      )
      const causes = without.flatMap(metric => causeOf(metric, types.get(metric.eventType)) ?? [])
      return unmet ? [`${unmet} (${COUNTED})`, ...causes] : causes
    },
  }
}

/** The events that the service reports on (metric-attribution-results.md). */
const COUNTED = 'imported events count only if their import is INCREMENTAL or publishes metrics to S3'
const NO_EVENTS = `there are no events that metrics count: ${COUNTED}`

function causeOf({ metricName, eventType, expression }: MetricAttribute, seen: Seen | undefined): string | undefined {
  if (!seen) return undefined
  const newest = new Date(seen.newest).toISOString()
  return seen.inTime === 0
    ? `${metricName}: no event ${eventType} is of this time; the newest is of ${newest}`
    : `${metricName}: of ${seen.inTime} events ${eventType} none has a value for ${expression}`
}
