import { exclusiveOperation } from '../operation.ts'
import { assertStatus, findResource } from '../shared/resources.ts'

/**
 * Stops a recommender, which recommends nothing until it is started again. It is INACTIVE at once.
 * https://docs.aws.amazon.com/personalize/latest/dg/stopping-starting-recommender.html
 */
export const stopRecommender = exclusiveOperation('StopRecommender', async ({ store }, { recommenderArn }) => {
  assertStatus(await findResource(store, 'recommender', recommenderArn), 'ACTIVE')
  await store.resources.update(recommenderArn, { status: 'INACTIVE' })
  return { recommenderArn }
})
