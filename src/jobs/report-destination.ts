import type { MetricAttribute, S3DataConfig } from '../contract/generated/types.ts'
import type { Store } from '../store/store.ts'

/** The interactions of an import's report, and its destination. */
interface ReportDestination {
  readonly metrics: readonly MetricAttribute[]
  readonly destination: S3DataConfig
}

/**
 * That of the metric attribution of a dataset group; undefined where it has none, or one that only CloudWatch reads.
 */
export async function reportDestination(store: Store, parent: string): Promise<ReportDestination | undefined> {
  const [attribution] = await store.resources.list({ kind: 'metric-attribution', parent, limit: 1 })
  const { metrics, metricsOutputConfig } = (attribution?.document ?? {}) as Partial<AttributionDocument>
  const destination = metricsOutputConfig?.s3DataDestination
  return metrics && destination && { metrics, destination }
}

interface AttributionDocument {
  readonly metrics: readonly MetricAttribute[]
  readonly metricsOutputConfig: { readonly s3DataDestination?: S3DataConfig }
}
