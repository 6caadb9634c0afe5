import { exclusiveOperation } from '../operation.ts'
import { removeResource } from '../resources.ts'

/** Deletes a recommender, ACTIVE, INACTIVE or failed; its name can be used again. */
export const deleteRecommender = exclusiveOperation(
  'DeleteRecommender',
  async ({ store, serving }, { recommenderArn }) => {
    await removeResource(store, 'recommender', recommenderArn)
    await serving.sweep()
    return {}
  },
)
