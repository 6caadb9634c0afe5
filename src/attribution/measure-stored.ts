import type { MetricAttribute } from '../contract/generated/types.ts'
import { datasetsOf } from '../datasets/of-group.ts'
import { inPages } from '../store/pages.ts'
import type { FoundInteraction } from '../store/rows.ts'
import type { Resource, Store } from '../store/store.ts'
import { type MetricValue, openMeasuring } from './accumulate.ts'
import { inTurns } from './yielding.ts'

export interface MeasuredTime {
  /** Of the events that count, in milliseconds since 1970: from the first to before the last. */
  readonly from: number
  readonly to: number
  /** How much time a value is of, in milliseconds. */
  readonly windowMs: number
}

/**
 * Measures a metric attribution by the events that are in the store: those that were put, and those of the imports that
 * the service reports on. No count is kept that could go wrong: every event is read, some 5 µs each, and other requests
 * take turns with that. Events whose eventId had come before count: they are left out of training alone.
 */
export async function measure(
  store: Store,
  { parent, document }: Pick<Resource, 'parent' | 'document'>,
  { from, to, windowMs }: MeasuredTime,
): Promise<readonly MetricValue[]> {
  const { INTERACTIONS: dataset } = await datasetsOf(store, parent)
  if (!dataset) return []
  const measuring = await openMeasuring(store, parent, document.metrics as readonly MetricAttribute[], windowMs)
  const add = (event: FoundInteraction) => {
    if (event.timestampMs >= from && event.timestampMs < to) measuring.add(event)
  }
  for await (const event of inTurns(store.interactions.scan(dataset.id, 'PUT'))) add(event)
  const reported = await reportedImports(store, dataset.arn)
  if (reported.size === 0) return measuring.values()
  for await (const event of inTurns(store.interactions.scan(dataset.id, 'BULK'))) {
    if (reported.has(event.seq)) add(event)
  }
  return measuring.values()
}

/**
 * The numbers that the rows of incremental imports have, of which the service tells CloudWatch, and of those that
 * publish to S3 (metric-attribution-results.md).
 */
async function reportedImports(store: Store, datasetArn: string): Promise<ReadonlySet<unknown>> {
  const reported = new Set<unknown>()
  for await (const { document } of inPages(store.resources, { kind: 'dataset-import-job', parent: datasetArn })) {
    const isReported = document.publishAttributionMetricsToS3 === true || document.importMode === 'INCREMENTAL'
    if (isReported) reported.add(document.seq ?? document.generation)
  }
  return reported
}
