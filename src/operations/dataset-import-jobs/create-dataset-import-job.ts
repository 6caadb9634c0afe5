import { InvalidInputException } from '../../contract/errors.ts'
import { jobStatuses, sourceOf } from '../../jobs/job.ts'
import { exclusiveOperation } from '../operation.ts'
import { assertBelow } from '../quotas.ts'
import { createResource, findResource, isInProgress } from '../resources.ts'

/**
 * Starts a job that imports CSV files into a dataset. The role is kept and not used: what may be read is what the server
 * may read. https://docs.aws.amazon.com/personalize/latest/dg/API_CreateDatasetImportJob.html
 */
export const createDatasetImportJob = exclusiveOperation(
  'CreateDatasetImportJob',
  async ({ store, jobs, arns, quotas }, input) => {
    const { tags, importMode = 'FULL', ...rest } = input
    const { jobName, datasetArn } = rest
    sourceOf(rest)
    await findResource(store, 'dataset', datasetArn)
    const all = await store.resources.list({ kind: 'dataset-import-job' })
    const imported = all.some(job => job.parent === datasetArn && job.status === jobStatuses['dataset-import-job'].done)
    if (importMode === 'INCREMENTAL' && !imported) {
      throw new InvalidInputException(
        'importMode must be FULL: INCREMENTAL adds to what was imported in bulk, and no import into this dataset is ACTIVE yet',
      )
    }
    assertBelow(quotas.pendingImportJobs, all.filter(isInProgress).length, 'with PENDING or IN_PROGRESS status')
    const arn = arns.of(`dataset-import-job/${jobName}`)
    const status = jobStatuses['dataset-import-job'].waiting
    const document = { ...rest, importMode, seq: await store.nextSeq() }
    await createResource(store, { kind: 'dataset-import-job', arn, parent: datasetArn, status, document, tags })
    jobs.start(arn)
    return { datasetImportJobArn: arn }
  },
)
