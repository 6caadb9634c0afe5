import type { Recommender } from '../../contract/generated/types.ts'
import { operation } from '../operation.ts'
import { findResource, present } from '../shared/resources.ts'

/**
 * Describes a recommender, with its metrics once it is trained. For an update in progress, the model has CREATE
 * statuses where the recommender has UPDATE.
 * https://docs.aws.amazon.com/personalize/latest/dg/API_DescribeRecommender.html
 */
export const describeRecommender = operation('DescribeRecommender', async ({ store }, { recommenderArn }) => {
  const found = await findResource(store, 'recommender', recommenderArn)
  const recommender = present<Recommender>('Recommender', found, 'recommenderArn')
  const { latestRecommenderUpdate: update } = recommender
  if (!update || !found.status.startsWith('UPDATE')) return { recommender }
  const status = found.status.replace('UPDATE', 'CREATE')
  const lastUpdatedDateTime = found.updatedAt / 1000
  return { recommender: { ...recommender, latestRecommenderUpdate: { ...update, status, lastUpdatedDateTime } } }
})
