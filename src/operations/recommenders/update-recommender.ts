import { isDeepStrictEqual } from 'node:util'
import type { Recommender } from '../../contract/generated/types.ts'
import { schemasIn } from '../datasets.ts'
import { exclusiveOperation } from '../operation.ts'
import { assertStatus, findResource } from '../resources.ts'
import { readRecommenderConfig } from './config.ts'
import { settingsOf, trainAnew, useCaseOf } from './training.ts'

/**
 * Replaces the settings of an ACTIVE recommender, at once unless other columns are to be trained with: then it is
 * trained anew, and serves what it had until that is done.
 * https://docs.aws.amazon.com/personalize/latest/dg/API_UpdateRecommender.html
 */
export const updateRecommender = exclusiveOperation('UpdateRecommender', async (services, input) => {
  const { store } = services
  const { recommenderArn } = input
  const recommender = await findResource(store, 'recommender', recommenderArn)
  assertStatus(recommender, 'ACTIVE')
  const old = recommender.document as Recommender
  const schemas = await schemasIn(services, recommender.parent)
  const recommenderConfig = readRecommenderConfig(input.recommenderConfig, useCaseOf(recommender), schemas)
  const trainsAnew = !isDeepStrictEqual(
    recommenderConfig.trainingDataConfig ?? {},
    old.recommenderConfig?.trainingDataConfig ?? {},
  )
  const settings = settingsOf(recommenderConfig)
  if (trainsAnew) await trainAnew(services, recommender, 'UPDATE PENDING', settings)
  else await store.resources.update(recommenderArn, { document: settings })
  return { recommenderArn }
})
