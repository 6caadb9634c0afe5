import { isDeepStrictEqual } from 'node:util'
import type { Recommender, RecommenderUpdateSummary } from '../../contract/generated/types.ts'
import { recipe } from '../../recipes/recipes.ts'
import { schemasIn } from '../datasets.ts'
import { exclusiveOperation } from '../operation.ts'
import { assertStatus, findResource } from '../resources.ts'
import { readRecommenderConfig } from './config.ts'

/**
 * Replaces the settings of an ACTIVE recommender, at once unless other columns are to be trained with: then it is
 * trained anew, and serves what it had until that is done.
 * https://docs.aws.amazon.com/personalize/latest/dg/API_UpdateRecommender.html
 */
export const updateRecommender = exclusiveOperation('UpdateRecommender', async (services, input) => {
  const { store, jobs } = services
  const { recommenderArn } = input
  const recommender = await findResource(store, 'recommender', recommenderArn)
  assertStatus(recommender, 'ACTIVE')
  const old = recommender.document as Recommender
  const schemas = await schemasIn(services, recommender.parent)
  const recommenderConfig = readRecommenderConfig(input.recommenderConfig, recipe(old.recipeArn!), schemas)
  const trainsAnew = !isDeepStrictEqual(
    recommenderConfig.trainingDataConfig ?? {},
    old.recommenderConfig?.trainingDataConfig ?? {},
  )
  const now = Date.now() / 1000
  const latestRecommenderUpdate: RecommenderUpdateSummary = {
    recommenderConfig,
    status: 'ACTIVE',
    creationDateTime: now,
    lastUpdatedDateTime: now,
  }
  await store.resources.update(recommenderArn, {
    ...(trainsAnew && { status: 'UPDATE PENDING' }),
    document: { recommenderConfig, latestRecommenderUpdate },
  })
  if (trainsAnew) jobs.start(recommenderArn)
  return { recommenderArn }
})
