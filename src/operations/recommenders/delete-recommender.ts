import { exclusiveOperation } from '../operation.ts'
import { removeResource } from '../shared/resources.ts'

/** Deletes a recommender that is ACTIVE, INACTIVE or failed. Its name can be used again. */
export const deleteRecommender = exclusiveOperation(
  'DeleteRecommender',
  async ({ store, serving }, { recommenderArn }) => {
    const recommender = await store.resources.get(recommenderArn)
    await removeResource(store, 'recommender', recommenderArn)
    await serving.sweep(recommender && [recommender])
    return {}
  },
)
