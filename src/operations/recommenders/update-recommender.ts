import { isDeepStrictEqual } from 'node:util'
import { InvalidInputException } from '../../contract/errors.ts'
import type { Recommender } from '../../contract/generated/types.ts'
import { datasetsOf, schemasOf } from '../../datasets/of-group.ts'
import { exclusiveOperation } from '../operation.ts'
import { assertStatus, findResource } from '../shared/resources.ts'
import { readRecommenderConfig } from './config.ts'
import { settingsOf, trainAnew, useCaseOf } from './training.ts'

/**
 * Replaces the settings of an ACTIVE recommender at once. If the columns for training change, it is retrained, and
 * serves its old model until then. Settings that change nothing are refused, as by the service (recorded in Retail_02
 * of aws-samples/amazon-personalize-immersion-day). After a failed update the same settings are tried again.
 * https://docs.aws.amazon.com/personalize/latest/dg/API_UpdateRecommender.html
 */
export const updateRecommender = exclusiveOperation('UpdateRecommender', async (services, input) => {
  const { store } = services
  const { recommenderArn } = input
  const recommender = await findResource(store, 'recommender', recommenderArn)
  assertStatus(recommender, 'ACTIVE')
  const { recommenderConfig: old, latestRecommenderUpdate } = recommender.document as Recommender
  const schemas = schemasOf(await datasetsOf(services.store, recommender.parent))
  const recommenderConfig = readRecommenderConfig(input.recommenderConfig, useCaseOf(recommender), schemas)
  const triesAgain = latestRecommenderUpdate?.failureReason != null
  if (!triesAgain && isSame(recommenderConfig, old)) {
    throw new InvalidInputException(`recommenderConfig: ${recommenderArn} has these settings already`)
  }
  const trainsAnew = triesAgain || !isSame(recommenderConfig.trainingDataConfig, old?.trainingDataConfig)
  const settings = settingsOf(recommenderConfig, services.store)
  if (trainsAnew) await trainAnew(services, recommender, 'UPDATE PENDING', settings)
  else await store.resources.update(recommenderArn, { document: settings })
  return { recommenderArn }
})

/** Whether two settings are equal. Settings without members equal absent ones. */
function isSame(one: unknown, other: unknown): boolean {
  return isDeepStrictEqual(withoutEmpty(one), withoutEmpty(other))
}

function withoutEmpty(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value
  const members = Object.entries(value).map(([key, member]) => [key, withoutEmpty(member)] as const)
  const given = members.filter(([, member]) => member != null)
  return given.length > 0 ? Object.fromEntries(given) : undefined
}
