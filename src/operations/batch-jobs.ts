import { InvalidInputException, ResourceNotFoundException } from '../contract/errors.ts'
import type { BatchInferenceJobInput, BatchInferenceJobOutput } from '../contract/generated/types.ts'
import { parseLocation } from '../jobs/objects/objects.ts'
import type { Recipe } from '../recipes/recipe.ts'
import { recipe } from '../recipes/recipes.ts'
import type { Resource, Store } from '../store/store.ts'
import { assertStatus, findResource } from './resources.ts'

/** What batch inference and batch segment jobs are asked with. */
interface BatchRequest {
  readonly solutionVersionArn: string
  readonly filterArn?: string | undefined
  readonly numResults?: number | undefined
  readonly jobInput: BatchInferenceJobInput
  readonly jobOutput: BatchInferenceJobOutput
}

/** Results for each line of input, unless told otherwise: creating-batch-inference-job.md. */
export const RESULTS = 25

/**
 * What a batch job can be told at once, before it begins. Gives the recipe of its solution version.
 * @param most results for each line of input
 * @throws ResourceNotFoundException, ResourceInUseException, InvalidInputException
 */
export async function checkBatchRequest(store: Store, request: BatchRequest, most: number): Promise<Recipe> {
  const { numResults = RESULTS, jobInput, jobOutput } = request
  checkLocation('Invalid S3 input path', 'jobInput.s3DataSource.path', jobInput.s3DataSource.path)
  checkLocation('Invalid S3 output path', 'jobOutput.s3DataDestination.path', jobOutput.s3DataDestination.path)
  if (numResults < 1 || numResults > most) {
    throw new InvalidInputException(`numResults must be from 1 to ${most}, got ${numResults}`)
  }
  const version = await findResource(store, 'solution-version', request.solutionVersionArn)
  assertStatus(version, 'ACTIVE')
  await checkFilter(store, request.filterArn, version)
  return recipe(version.document.recipeArn as string)
}

/** The first words are the service's (error-messages.md). */
function checkLocation(invalid: string, member: string, path: string): void {
  try {
    parseLocation(member, path)
  } catch (error) {
    if (!(error instanceof InvalidInputException)) throw error
    throw new InvalidInputException(`${invalid}. ${member} must be s3://BUCKET/FOLDER/ or a file in it`)
  }
}

async function checkFilter(store: Store, filterArn: string | undefined, version: Resource): Promise<void> {
  if (filterArn === undefined) return
  const filter = await findResource(store, 'filter', filterArn)
  assertStatus(filter, 'ACTIVE')
  if (filter.parent === version.document.datasetGroupArn) return
  throw new ResourceNotFoundException(
    `The given filter does not exist in the dataset group of the solution version: ${filterArn}`,
  )
}
