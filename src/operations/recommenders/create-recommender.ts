import { InvalidInputException } from '../../contract/errors.ts'
import { datasetsOf, schemasOf } from '../../datasets/of-group.ts'
import { jobStatuses } from '../../jobs/statuses.ts'
import { recipe } from '../../recipes/recipes.ts'
import { exclusiveOperation } from '../operation.ts'
import { ACTIVE_RESOURCES, assertBelow } from '../shared/quotas.ts'
import { createResource, findResource } from '../shared/resources.ts'
import { assertTrainable } from '../shared/training-data.ts'
import { readRecommenderConfig } from './config.ts'
import { trainingNow } from './training.ts'

/**
 * Creates a recommender for a use case of the dataset group's domain, and starts its training.
 * https://docs.aws.amazon.com/personalize/latest/dg/API_CreateRecommender.html
 */
export const createRecommender = exclusiveOperation('CreateRecommender', async (services, input) => {
  const { store, datasets, jobs, arns, quotas } = services
  const { name, datasetGroupArn, recipeArn, tags } = input
  const { domain } = (await findResource(store, 'dataset-group', datasetGroupArn)).document
  const useCase = recipe(recipeArn)
  if (useCase.domain === undefined || useCase.domain !== domain) {
    const right = `a recommender needs a use case of the domain of its dataset group, ${domain ?? 'which has none'}`
    throw new InvalidInputException(`recipeArn: ${useCase.name} is for ${useCase.domain ?? 'solutions'}; ${right}`)
  }
  const recommenderConfig = readRecommenderConfig(
    input.recommenderConfig,
    useCase,
    schemasOf(await datasetsOf(services.store, datasetGroupArn)),
  )
  await assertTrainable(useCase, datasetGroupArn, datasets)
  const existing = { kind: 'recommender', parent: datasetGroupArn }
  await assertBelow(store, quotas.recommenders, existing, ACTIVE_RESOURCES)
  const arn = arns.of(`recommender/${name}`)
  const training = await trainingNow(services, useCase, datasetGroupArn)
  const document = { name, datasetGroupArn, recipeArn, recommenderConfig, ...training }
  const status = jobStatuses.recommender.waiting
  await createResource(store, { kind: 'recommender', arn, parent: datasetGroupArn, status, document, tags })
  jobs.start(arn)
  return { recommenderArn: arn }
})
