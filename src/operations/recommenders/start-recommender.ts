import { exclusiveOperation } from '../operation.ts'
import { assertStatus, findResource } from '../shared/resources.ts'
import { trainAnew } from './training.ts'

/**
 * Starts a stopped recommender: it is retrained with the current data.
 * https://docs.aws.amazon.com/personalize/latest/dg/stopping-starting-recommender.html
 */
export const startRecommender = exclusiveOperation('StartRecommender', async (services, { recommenderArn }) => {
  const recommender = await findResource(services.store, 'recommender', recommenderArn)
  assertStatus(recommender, 'INACTIVE')
  await trainAnew(services, recommender, 'START PENDING', { failureReason: null })
  return { recommenderArn }
})
