import { InvalidInputException } from '../../contract/errors.ts'
import { RESULTS } from '../../jobs/batch/lines.ts'
import { jobStatuses } from '../../jobs/statuses.ts'
import { checkHyperParameters } from '../../recipes/check-hyper-parameters.ts'
import type { RecipeType } from '../../recipes/recipe.ts'
import { exclusiveOperation } from '../operation.ts'
import { checkBatchRequest } from '../shared/batch-jobs.ts'
import { assertBelow, UNFINISHED_JOBS } from '../shared/quotas.ts'
import { createResource } from '../shared/resources.ts'

/** The most results of a request for recommendations (limits.md). */
const RESULTS_MAX = 500

const OF_ITEMS: readonly (RecipeType | undefined)[] = ['USER_PERSONALIZATION', 'PERSONALIZED_RANKING', 'RELATED_ITEMS']

/**
 * Starts a job that writes recommendations for each line of its input. The role is stored but not used.
 * https://docs.aws.amazon.com/personalize/latest/dg/API_CreateBatchInferenceJob.html
 */
export const createBatchInferenceJob = exclusiveOperation(
  'CreateBatchInferenceJob',
  async ({ store, jobs, arns, quotas }, input) => {
    const { tags, numResults = RESULTS, batchInferenceJobMode = 'BATCH_INFERENCE', ...rest } = input
    const { jobName, solutionVersionArn: parent, batchInferenceJobConfig: config } = rest
    if (batchInferenceJobMode === 'THEME_GENERATION' || rest.themeGenerationConfig) {
      throw new InvalidInputException(
        'batchInferenceJobMode must be BATCH_INFERENCE: themes need a language model, which this server does not have',
      )
    }
    const served = await checkBatchRequest(store, input, RESULTS_MAX)
    if (!OF_ITEMS.includes(served.recipeType) || served.batch?.isRefused) {
      throw new InvalidInputException(`solutionVersionArn: ${served.name} makes no batch recommendations`)
    }
    checkHyperParameters(served, config?.itemExplorationConfig, 'itemExplorationConfig')
    checkHyperParameters(served, config?.rankingInfluence, 'rankingInfluence')
    const pending = { kind: 'batch-inference-job', unfinished: true } as const
    await assertBelow(store, quotas.pendingBatchInferenceJobs, pending, UNFINISHED_JOBS)
    const arn = arns.of(`batch-inference-job/${jobName}`)
    const status = jobStatuses['batch-inference-job'].waiting
    const document = { ...rest, numResults, batchInferenceJobMode }
    await createResource(store, { kind: 'batch-inference-job', arn, parent, status, document, tags })
    jobs.start(arn)
    return { batchInferenceJobArn: arn }
  },
)
