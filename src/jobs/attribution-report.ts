import { stringify } from 'csv-stringify/sync'
import { type MetricValue, openMeasuring } from '../attribution/measuring.ts'
import type { MetricAttribute, MetricAttributionOutput } from '../contract/generated/types.ts'
import type { ImportedInteraction } from '../store/rows.ts'
import type { JobDataset } from './dataset.ts'
import { documentOf, type JobContext } from './job.ts'
import { inFolder, type Location, parseLocation } from './objects/objects.ts'

const HEADER = ['METRIC_NAME', 'EVENT_TYPE', 'VALUE', 'MATH_FUNCTION', 'EVENT_ATTRIBUTION_SOURCE', 'TIMESTAMP']

/** What the rows of an import come to by the metrics of its dataset group. */
export interface AttributionReport {
  add(rows: readonly ImportedInteraction[]): void
  /** Writes it into the folder of the metric attribution. @throws JobFailure */
  write(): Promise<void>
}

/**
 * The report of an import of interactions with `publishAttributionMetricsToS3`; undefined where none is asked for, or no
 * metric attribution of the group has a folder to put it in.
 * https://docs.aws.amazon.com/personalize/latest/dg/metric-attribution-results-s3.html
 */
export async function openAttributionReport(
  { store, objects, job }: JobContext,
  { type, datasetGroupArn }: JobDataset,
): Promise<AttributionReport | undefined> {
  if (type !== 'INTERACTIONS' || !documentOf(job).publishAttributionMetricsToS3) return
  const [attribution] = await store.resources.list({ kind: 'metric-attribution', parent: datasetGroupArn })
  if (!attribution) return
  const { metrics, metricsOutputConfig } = attribution.document as unknown as AttributionDocument
  const { s3DataDestination: destination } = metricsOutputConfig
  if (!destination) return
  const folder = parseLocation('metricsOutputConfig.s3DataDestination.path', destination.path)
  const measuring = await openMeasuring(store, datasetGroupArn, metrics)
  return {
    add(rows) {
      for (const row of rows) measuring.add(row)
    },
    write: () => objects.write(fileOf(folder, job), linesOf(measuring.values()), destination.kmsKeyArn),
  }
}

interface AttributionDocument {
  readonly metrics: readonly MetricAttribute[]
  readonly metricsOutputConfig: MetricAttributionOutput
}

/** A job that is taken up again writes the same file again: its time is that of the job's creation. */
function fileOf(folder: Location, job: JobContext['job']): Location {
  const time = new Date(job.createdAt).toISOString().replaceAll(':', '-')
  return inFolder(folder, `AggregatedAttributionMetrics - ${documentOf(job).importMode} - ${time}.csv`)
}

async function* linesOf(values: readonly MetricValue[]) {
  const rows = values.map(({ metricName, eventType, value, function: name, source, time }) => {
    const decimal = Number.isInteger(value) ? value.toFixed(1) : String(value)
    return [metricName, eventType, decimal, name.toLowerCase(), source, time / 1000]
  })
  yield stringify([HEADER, ...rows])
}
