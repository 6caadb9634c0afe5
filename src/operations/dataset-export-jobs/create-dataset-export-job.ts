import { destinationOf } from '../../jobs/documents.ts'
import { jobStatuses } from '../../jobs/statuses.ts'
import { operation } from '../operation.ts'
import { createResource, findResource } from '../shared/resources.ts'

/**
 * Starts a job that writes a dataset to CSV files: its Put records (the default), those imported in bulk, or both. The
 * role is stored but not used. https://docs.aws.amazon.com/personalize/latest/dg/API_CreateDatasetExportJob.html
 */
export const createDatasetExportJob = operation('CreateDatasetExportJob', async ({ store, jobs, arns }, input) => {
  const { tags, ingestionMode = 'PUT', ...rest } = input
  const { jobName, datasetArn } = rest
  destinationOf(rest)
  await findResource(store, 'dataset', datasetArn)
  const arn = arns.of(`dataset-export-job/${jobName}`)
  const status = jobStatuses['dataset-export-job'].waiting
  const document = { ...rest, ingestionMode }
  await createResource(store, { kind: 'dataset-export-job', arn, parent: datasetArn, status, document, tags })
  jobs.start(arn)
  return { datasetExportJobArn: arn }
})
