import { InvalidInputException } from '../../contract/errors.ts'
import type { CreateSolutionRequest } from '../../contract/generated/types.ts'
import { datasetsOf, schemasOf } from '../../datasets/of-group.ts'
import { recipe } from '../../recipes/recipes.ts'
import { exclusiveOperation } from '../operation.ts'
import { ACTIVE_RESOURCES, assertBelow } from '../shared/quotas.ts'
import { createResource, findResource } from '../shared/resources.ts'
import { checkSolutionConfig } from './config.ts'
import { checkHpoObjective } from './hpo.ts'

/**
 * Creates a solution: a recipe with the settings that its versions are trained with. It is ACTIVE at once, and trained
 * automatically unless `performAutoTraining` is false. A domain dataset group may have solutions as well.
 * https://docs.aws.amazon.com/personalize/latest/dg/API_CreateSolution.html
 */
export const createSolution = exclusiveOperation('CreateSolution', async (services, asked) => {
  const { store, arns, quotas } = services
  const input = withoutEmptyType(asked)
  const { tags, ...members } = input
  const { name, datasetGroupArn } = members
  await findResource(store, 'dataset-group', datasetGroupArn)
  const trained = input.performAutoML ? undefined : customRecipe(input)
  const document = {
    ...(trained?.hasEmptyConfig && { solutionConfig: {} }),
    ...members,
    performHPO: input.performHPO ?? false,
    performAutoML: input.performAutoML ?? false,
    performAutoTraining: input.performAutoTraining ?? true,
    performIncrementalUpdate: input.performIncrementalUpdate ?? false,
    ...(trained ? {} : autoML(input)),
  }
  if (trained) checkSolutionConfig(input, trained, schemasOf(await datasetsOf(services.store, datasetGroupArn)))
  await assertBelow(store, quotas.solutions, { kind: 'solution', parent: datasetGroupArn }, ACTIVE_RESOURCES)
  const arn = arns.of(`solution/${name}`)
  await createResource(store, { kind: 'solution', arn, parent: datasetGroupArn, status: 'ACTIVE', document, tags })
  return { solutionArn: arn }
})

/** An empty event type, which the model allows and forms send, is none: no event can have it. */
function withoutEmptyType({ eventType, ...others }: CreateSolutionRequest): CreateSolutionRequest {
  return eventType ? { ...others, eventType } : others
}

/** @throws InvalidInputException for no recipe and for a domain's recipe; ResourceNotFoundException */
function customRecipe({ recipeArn }: CreateSolutionRequest) {
  if (recipeArn === undefined) {
    throw new InvalidInputException('recipeArn is required where performAutoML is not true')
  }
  const found = recipe(recipeArn)
  if (!found.domain) return found
  throw new InvalidInputException(
    `recipeArn: ${found.name} is a use case of the domain ${found.domain}: CreateRecommender takes it, solutions do not`,
  )
}

/**
 * The service's AutoML chose among the three HRNN recipes. The guide names aws-user-personalization in place of all
 * three. So that recipe is chosen, unless the list of candidates leaves it out.
 */
function autoML({ recipeArn, solutionConfig }: CreateSolutionRequest) {
  if (recipeArn !== undefined) {
    throw new InvalidInputException('recipeArn must be omitted where performAutoML is true, which chooses the recipe')
  }
  checkHpoObjective(solutionConfig?.hpoConfig?.hpoObjective)
  const standard = 'arn:aws:personalize:::recipe/aws-user-personalization'
  const { recipeList = [] } = solutionConfig?.autoMLConfig ?? {}
  const wrong = recipeList.find(arn => recipe(arn).recipeType !== 'USER_PERSONALIZATION')
  if (wrong !== undefined) {
    throw new InvalidInputException(
      `solutionConfig.autoMLConfig.recipeList: ${wrong} is not of the type USER_PERSONALIZATION, which AutoML chooses from`,
    )
  }
  const [first = standard] = recipeList
  const bestRecipeArn = recipeList.includes(standard) ? standard : first
  return { performHPO: true, autoMLResult: { bestRecipeArn } }
}
