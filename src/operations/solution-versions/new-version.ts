import { randomBytes } from 'node:crypto'
import { InvalidInputException, ResourceAlreadyExistsException } from '../../contract/errors.ts'
import type {
  CreateSolutionVersionRequest,
  Solution,
  TrainingMode,
  TrainingType,
} from '../../contract/generated/types.ts'
import { jobStatuses } from '../../jobs/statuses.ts'
import type { Recipe } from '../../recipes/recipe.ts'
import { recipe, recipesAllowing } from '../../recipes/recipes.ts'
import { inPages } from '../../store/pages.ts'
import type { Resource } from '../../store/resource-store.ts'
import type { Store } from '../../store/store.ts'
import type { Services } from '../operation.ts'
import { assertBelow, UNFINISHED_JOBS } from '../shared/quotas.ts'
import { assertStatus, createResource, findResource } from '../shared/resources.ts'
import { assertTrainable } from '../shared/training-data.ts'
import { dataVersion } from './data-version.ts'

/**
 * Creates a version of a solution and starts its training. Call it only in an exclusive operation. A version without a
 * name of its own is called SOLUTION/ID, as recorded of the service.
 * @throws ResourceNotFoundException, LimitExceededException
 * @throws InvalidInputException where a dataset is missing, or the training mode is not possible
 * @throws ResourceAlreadyExistsException for a name that another version of the solution has
 */
export async function createVersion(
  services: Services,
  { solutionArn, name, trainingMode = 'FULL', tags }: CreateSolutionVersionRequest,
  trainingType: TrainingType,
): Promise<string> {
  const { store, datasets, jobs, quotas } = services
  const solution = await findResource(store, 'solution', solutionArn)
  assertStatus(solution, 'ACTIVE')
  const settings = settingsOf(solution)
  const trained = recipeOf(solution)
  if (trainingMode === 'UPDATE') await assertUpdatable(trained, solutionArn, store)
  if (name !== undefined) await assertNameFree(name, solutionArn, store)
  await assertTrainable(trained, settings.datasetGroupArn, datasets)
  const pending = { kind: 'solution-version', unfinished: true } as const
  await assertBelow(store, quotas.pendingSolutionVersions, pending, UNFINISHED_JOBS)
  const id = randomBytes(4).toString('hex')
  const arn = `${solutionArn}/${id}`
  const document = {
    name: name ?? `${solution.document.name}/${id}`,
    solutionArn,
    ...settings,
    trainingMode,
    trainingType,
    dataVersion: await dataVersion(services, trained, settings.datasetGroupArn),
  }
  const status = jobStatuses['solution-version'].waiting
  await createResource(store, { kind: 'solution-version', arn, parent: solutionArn, status, document, tags })
  jobs.start(arn)
  return arn
}

/** The settings that a version copies from its solution, which can be updated later. */
function settingsOf(solution: Resource) {
  const { performHPO, performAutoML, performIncrementalUpdate, eventType, solutionConfig } = solution.document
  const { recipeArn } = recipeOf(solution)
  const datasetGroupArn = solution.parent
  return { performHPO, performAutoML, performIncrementalUpdate, recipeArn, datasetGroupArn, eventType, solutionConfig }
}

/** The recipe of a solution. AutoML has chosen it where the solution names none. */
export function recipeOf({ document }: Resource): Recipe {
  const { recipeArn, autoMLResult } = document as Solution
  return recipe(recipeArn ?? autoMLResult!.bestRecipeArn!)
}

/** @throws InvalidInputException */
async function assertUpdatable({ name, allows }: Recipe, parent: string, { resources }: Store): Promise<void> {
  if (!allows.includes('update')) {
    throw new InvalidInputException(
      `trainingMode must be FULL: UPDATE is for ${recipesAllowing('update').join(' and ')}, not ${name}`,
    )
  }
  const full: TrainingMode = 'FULL'
  for await (const { document } of inPages(resources, { kind: 'solution-version', parent, status: 'ACTIVE' }))
    if (document.trainingMode === full) return
  throw new InvalidInputException('trainingMode must be FULL: UPDATE needs an ACTIVE version that was trained in FULL')
}

/** @throws ResourceAlreadyExistsException */
async function assertNameFree(name: string, parent: string, { resources }: Store): Promise<void> {
  for await (const { arn, document } of inPages(resources, { kind: 'solution-version', parent }))
    if (document.name === name)
      throw new ResourceAlreadyExistsException(`Another resource with the name ${name} already exists: ${arn}`)
}
