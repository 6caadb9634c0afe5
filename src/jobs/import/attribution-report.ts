import { stringify } from 'csv-stringify/sync'
import { type MetricValue, openMeasuring } from '../../attribution/accumulate.ts'
import type { Dataset } from '../../datasets/of-group.ts'
import type { ImportedInteraction } from '../../store/rows.ts'
import type { JobContext } from '../context.ts'
import { documentOf } from '../documents.ts'
import { JobFailure } from '../failure.ts'
import { inFolder, type Location, parseLocation } from '../objects/objects.ts'
import { reportDestination } from '../report-destination.ts'

const HEADER = ['METRIC_NAME', 'EVENT_TYPE', 'VALUE', 'MATH_FUNCTION', 'EVENT_ATTRIBUTION_SOURCE', 'TIMESTAMP']

/** The sums of an import's rows for the metrics of its dataset group. */
interface AttributionReport {
  add(rows: readonly ImportedInteraction[]): void
  /** Writes it into the folder of the metric attribution. @throws JobFailure */
  write(): Promise<void>
}

/**
 * The report of an import of interactions with `publishAttributionMetricsToS3`; undefined where none is asked for.
 * https://docs.aws.amazon.com/personalize/latest/dg/metric-attribution-results-s3.html
 * @throws JobFailure where there is no place for it any more
 */
export async function openAttributionReport(
  { store, objects, job }: JobContext,
  { type, datasetGroupArn }: Dataset,
): Promise<AttributionReport | undefined> {
  if (type !== 'INTERACTIONS' || !documentOf(job).publishAttributionMetricsToS3) return
  const place = await reportDestination(store, datasetGroupArn)
  if (!place)
    throw new JobFailure('The report has no place any more: its metric attribution, or the folder of that, was removed')
  const { metrics, destination } = place
  const folder = parseLocation('metricsOutputConfig.s3DataDestination.path', destination.path)
  const measuring = await openMeasuring(store, datasetGroupArn, metrics)
  return {
    add(rows) {
      for (const row of rows) measuring.add(row)
    },
    write: () => objects.write(fileOf(folder, job), linesOf(measuring.values()), destination.kmsKeyArn),
  }
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
