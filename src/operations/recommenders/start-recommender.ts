import { exclusiveOperation } from '../operation.ts'
import { assertStatus, findResource } from '../resources.ts'

/**
 * Starts a recommender that was stopped: it is trained anew with the data of now.
 * https://docs.aws.amazon.com/personalize/latest/dg/stopping-starting-recommender.html
 */
export const startRecommender = exclusiveOperation('StartRecommender', async ({ store, jobs }, { recommenderArn }) => {
  assertStatus(await findResource(store, 'recommender', recommenderArn), 'INACTIVE')
  await store.resources.update(recommenderArn, { status: 'START PENDING', document: { failureReason: null } })
  jobs.start(recommenderArn)
  return { recommenderArn }
})
