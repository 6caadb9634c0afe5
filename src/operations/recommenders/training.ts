import type { Recommender, RecommenderConfig, RecommenderUpdateSummary } from '../../contract/generated/types.ts'
import type { Recipe } from '../../recipes/recipe.ts'
import { recipe } from '../../recipes/recipes.ts'
import type { Resource, ResourceChange } from '../../store/resource-store.ts'
import type { Store } from '../../store/store.ts'
import type { Services } from '../operation.ts'
import { dataVersion } from '../solution-versions/data-version.ts'

/** The last training of a recommender: when it began, in milliseconds since 1970, and on which data. */
export interface Training {
  readonly trainingBegan: number
  readonly dataVersion: string
}

/** The record of a training that begins now. */
export async function trainingNow(services: Services, useCase: Recipe, datasetGroupArn: string): Promise<Training> {
  return {
    trainingBegan: services.store.clock.now(),
    dataVersion: await dataVersion(services, useCase, datasetGroupArn),
  }
}

export const useCaseOf = ({ document }: Resource): Recipe => recipe((document as Recommender).recipeArn!)

/** The new settings of a recommender, with the record of their update. */
export function settingsOf(recommenderConfig: RecommenderConfig, { clock }: Pick<Store, 'clock'>) {
  const now = clock.now() / 1000
  const latestRecommenderUpdate: RecommenderUpdateSummary = {
    recommenderConfig,
    status: 'ACTIVE',
    creationDateTime: now,
    lastUpdatedDateTime: now,
  }
  return { recommenderConfig, latestRecommenderUpdate }
}

/**
 * Retrains an ACTIVE or INACTIVE recommender. An ACTIVE one serves its old model until the new one is ready. Call it
 * only in an exclusive operation.
 */
export async function trainAnew(
  services: Services,
  recommender: Resource,
  status: 'START PENDING' | 'UPDATE PENDING',
  document: ResourceChange['document'],
): Promise<void> {
  const training = await trainingNow(services, useCaseOf(recommender), recommender.parent)
  // The stored progress belongs to the previous training.
  await services.store.resources.update(recommender.arn, {
    status,
    document: { ...document, ...training, progress: { rows: 0, phase: 'waiting' } },
  })
  services.jobs.start(recommender.arn)
}
