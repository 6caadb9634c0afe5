import { InvalidInputException } from '../../contract/errors.ts'
import { RESULTS } from '../../jobs/batch/lines.ts'
import { jobStatuses } from '../../jobs/statuses.ts'
import { exclusiveOperation } from '../operation.ts'
import { checkBatchRequest } from '../shared/batch-jobs.ts'
import { assertBelow, UNFINISHED_JOBS } from '../shared/quotas.ts'
import { createResource } from '../shared/resources.ts'

/** limits.md: "Maximum number of users per segment". */
const USERS_MAX = 5_000_000

/**
 * Starts a job that writes a segment of users for each line of its input. The role is stored but not used.
 * https://docs.aws.amazon.com/personalize/latest/dg/API_CreateBatchSegmentJob.html
 */
export const createBatchSegmentJob = exclusiveOperation(
  'CreateBatchSegmentJob',
  async ({ store, jobs, arns, quotas }, input) => {
    const { tags, numResults = RESULTS, ...rest } = input
    const { jobName, solutionVersionArn: parent } = rest
    const { name, recipeType } = await checkBatchRequest(store, input, USERS_MAX)
    if (recipeType !== 'USER_SEGMENTATION') {
      throw new InvalidInputException(`solutionVersionArn: ${name} makes no user segments`)
    }
    const pending = { kind: 'batch-segment-job', unfinished: true } as const
    await assertBelow(store, quotas.pendingBatchSegmentJobs, pending, UNFINISHED_JOBS)
    const arn = arns.of(`batch-segment-job/${jobName}`)
    const status = jobStatuses['batch-segment-job'].waiting
    const document = { ...rest, numResults }
    await createResource(store, { kind: 'batch-segment-job', arn, parent, status, document, tags })
    jobs.start(arn)
    return { batchSegmentJobArn: arn }
  },
)
