import { InvalidInputException } from '../../contract/errors.ts'
import { sourceOf } from '../../jobs/documents.ts'
import { reportDestination } from '../../jobs/report-destination.ts'
import { jobStatuses } from '../../jobs/statuses.ts'
import type { Resource } from '../../store/resource-store.ts'
import type { Store } from '../../store/store.ts'
import { exclusiveOperation } from '../operation.ts'
import { assertBelow, UNFINISHED_JOBS } from '../shared/quotas.ts'
import { createResource, findResource } from '../shared/resources.ts'

/**
 * Starts a job that imports CSV or Parquet files into a dataset. The role is stored but not used: the server reads with
 * its own permissions. https://docs.aws.amazon.com/personalize/latest/dg/API_CreateDatasetImportJob.html
 */
export const createDatasetImportJob = exclusiveOperation(
  'CreateDatasetImportJob',
  async ({ store, jobs, arns, quotas }, input) => {
    const { tags, importMode = 'FULL', ...rest } = input
    const { jobName, datasetArn } = rest
    sourceOf(rest)
    const dataset = await findResource(store, 'dataset', datasetArn)
    if (input.publishAttributionMetricsToS3) await assertPublishable(store, dataset)
    const kind = 'dataset-import-job'
    const { waiting: status, done } = jobStatuses[kind]
    if (importMode === 'INCREMENTAL' && !(await store.resources.count({ kind, parent: datasetArn, status: done }, 1))) {
      throw new InvalidInputException(
        'importMode must be FULL: INCREMENTAL adds to records imported in bulk, and no import into this dataset is ACTIVE yet',
      )
    }
    await assertBelow(store, quotas.pendingImportJobs, { kind, unfinished: true }, UNFINISHED_JOBS)
    const arn = arns.of(`dataset-import-job/${jobName}`)
    const document = { ...rest, importMode, seq: await store.nextSeq() }
    await createResource(store, { kind, arn, parent: datasetArn, status, document, tags })
    jobs.start(arn)
    return { datasetImportJobArn: arn }
  },
)

/**
 * Checks that the report has a destination, which the metric attribution sets. Without one the flag would silently do
 * nothing. https://docs.aws.amazon.com/personalize/latest/dg/metric-attribution-results-s3.html
 * @throws InvalidInputException
 */
async function assertPublishable(store: Store, { document, parent }: Resource): Promise<void> {
  if (document.datasetType !== 'INTERACTIONS') {
    throw new InvalidInputException(
      `publishAttributionMetricsToS3 must be false: it is for imports of type INTERACTIONS, not ${document.datasetType}`,
    )
  }
  if (await reportDestination(store, parent)) return
  throw new InvalidInputException(
    'publishAttributionMetricsToS3 must be false: the dataset group has no metric attribution with a ' +
      'metricsOutputConfig.s3DataDestination, which says where the report goes; create one first',
  )
}
