import { sourceOf } from '../../jobs/documents.ts'
import { jobStatuses } from '../../jobs/statuses.ts'
import { exclusiveOperation } from '../operation.ts'
import { assertBelow, UNFINISHED_JOBS } from '../shared/quotas.ts'
import { createResource, findResource } from '../shared/resources.ts'

/**
 * Starts a job that deletes users, with their interactions, from all datasets of a group. The role is stored but not
 * used. https://docs.aws.amazon.com/personalize/latest/dg/delete-records.html
 */
export const createDataDeletionJob = exclusiveOperation(
  'CreateDataDeletionJob',
  async ({ store, jobs, arns, quotas }, input) => {
    const { tags, ...rest } = input
    const { jobName, datasetGroupArn } = rest
    sourceOf(rest)
    await findResource(store, 'dataset-group', datasetGroupArn)
    const pending = { kind: 'data-deletion-job', parent: datasetGroupArn, unfinished: true } as const
    await assertBelow(store, quotas.pendingDeletionJobs, pending, UNFINISHED_JOBS)
    const arn = arns.of(`data-deletion-job/${jobName}`)
    const status = jobStatuses['data-deletion-job'].waiting
    const document = { ...rest, seq: await store.nextSeq() }
    await createResource(store, { kind: 'data-deletion-job', arn, parent: datasetGroupArn, status, document, tags })
    jobs.start(arn)
    return { dataDeletionJobArn: arn }
  },
)
