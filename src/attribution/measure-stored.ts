import type { MetricAttribute } from '../contract/generated/types.ts'
import { datasetsOf } from '../datasets/of-group.ts'
import { inPages } from '../store/pages.ts'
import type { Resource } from '../store/resource-store.ts'
import type { FoundInteraction } from '../store/rows.ts'
import type { Store } from '../store/store.ts'
import { type MetricValue, openMeasuring } from './accumulate.ts'
import { openWhyNone } from './why-none.ts'
import { inTurns } from './yielding.ts'

interface MeasuredTime {
  /** Counts events from this time, in milliseconds since 1970, until before `to`. */
  readonly from: number
  readonly to: number
  /** The length of a window, in milliseconds. */
  readonly windowMs: number
}

/** The values of a metric attribution, the newest window first. */
interface Measured {
  readonly values: readonly MetricValue[]
  /** Why metrics have no value. */
  readonly notes: readonly string[]
}

/**
 * Measures a metric attribution by the events in the store: those that were put, and those of the imports that the
 * service reports on. It reads every event, some 5 µs each, instead of keeping counts that could go wrong. Other
 * requests take turns with it. Events with a repeated eventId count: only training leaves them out.
 */
export async function measure(
  store: Store,
  { parent, document }: Pick<Resource, 'parent' | 'document'>,
  { from, to, windowMs }: MeasuredTime,
): Promise<Measured> {
  const metrics = document.metrics as readonly MetricAttribute[]
  const whyNone = openWhyNone(metrics)
  const { INTERACTIONS: dataset } = await datasetsOf(store, parent)
  if (!dataset) return { values: [], notes: whyNone.notes([]) }
  const measuring = await openMeasuring(store, parent, metrics, windowMs)
  const add = (event: FoundInteraction) => {
    const isInTime = event.timestampMs >= from && event.timestampMs < to
    whyNone.see(event, isInTime)
    if (isInTime) measuring.add(event)
  }
  const reported = await reportedImports(store, dataset.arn)
  // Of an event that was put and imported as well, the scan of all has the one that was put.
  for await (const event of inTurns(store.interactions.scan(dataset.id, reported.size > 0 ? 'ALL' : 'PUT')))
    if (event.ingestion === 'PUT' || reported.has(event.seq)) add(event)
  const values = measuring.values()
  return { values, notes: whyNone.notes(values) }
}

/**
 * Returns the import numbers of rows that the service reports on. It reports incremental imports to CloudWatch, and
 * imports that publish their metrics to S3 (metric-attribution-results.md).
 */
async function reportedImports(store: Store, datasetArn: string): Promise<ReadonlySet<unknown>> {
  const reported = new Set<unknown>()
  for await (const { document } of inPages(store.resources, { kind: 'dataset-import-job', parent: datasetArn })) {
    const isReported = document.publishAttributionMetricsToS3 === true || document.importMode === 'INCREMENTAL'
    if (isReported) reported.add(document.seq ?? document.generation)
  }
  return reported
}
