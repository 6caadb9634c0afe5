import { InvalidInputException, ResourceNotFoundException } from '../../contract/errors.ts'
import type { BatchInferenceJobInput, BatchInferenceJobOutput } from '../../contract/generated/types.ts'
import { parseFilter } from '../../filters/parser.ts'
import { RESULTS } from '../../jobs/batch/lines.ts'
import { parseLocation } from '../../jobs/objects/objects.ts'
import type { Recipe } from '../../recipes/recipe.ts'
import { recipe } from '../../recipes/recipes.ts'
import type { Resource } from '../../store/resource-store.ts'
import type { Store } from '../../store/store.ts'
import { fieldsIn } from '../filters/fields.ts'
import { assertStatus, findResource } from './resources.ts'

/** The parts that requests for batch inference and batch segment jobs share. */
interface BatchRequest {
  readonly solutionVersionArn: string
  readonly filterArn?: string | undefined
  readonly numResults?: number | undefined
  readonly jobInput: BatchInferenceJobInput
  readonly jobOutput: BatchInferenceJobOutput
}

/**
 * Checks everything about a batch job that can be checked before it begins. Returns the recipe of its solution version.
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
  const asked = recipe(version.document.recipeArn as string)
  await checkFilter(store, request.filterArn, version, asked)
  return asked
}

/** The message begins with the service's words (error-messages.md). */
function checkLocation(invalid: string, member: string, path: string): void {
  try {
    parseLocation(member, path)
  } catch (error) {
    if (!(error instanceof InvalidInputException)) throw error
    throw new InvalidInputException(`${invalid}. ${member} must be s3://BUCKET/FOLDER/ or a file in it`)
  }
}

async function checkFilter(store: Store, filterArn: string | undefined, version: Resource, asked: Recipe) {
  if (filterArn === undefined) return
  const filter = await findResource(store, 'filter', filterArn)
  assertStatus(filter, 'ACTIVE')
  if (filter.parent !== version.document.datasetGroupArn)
    throw new ResourceNotFoundException(
      `The given filter does not exist in the dataset group of the solution version: ${filterArn}`,
    )
  const { subject } = parseFilter(filter.document.filterExpression as string).expressions[0]!
  const wanted = asked.recipeType === 'USER_SEGMENTATION' ? 'UserID' : 'ItemID'
  if (subject !== wanted)
    throw new InvalidInputException(`filterArn: ${filterArn} filters by ${subject}, not by ${wanted}`)
  // filter-expression-guidelines-requirements.md
  if (asked.batch?.isWithoutEvents && fieldsIn(filter).includes('INTERACTIONS.EVENT_TYPE'))
    throw new InvalidInputException(`filterArn: ${filterArn} filters by Interactions, which ${asked.name} cannot`)
}
