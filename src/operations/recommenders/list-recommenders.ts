import type { RecommenderSummary } from '../../contract/generated/types.ts'
import { operation } from '../operation.ts'
import { listPage, present } from '../shared/resources.ts'

/** Lists the recommenders of a dataset group, or all. */
export const listRecommenders = operation('ListRecommenders', async ({ store }, { datasetGroupArn, ...page }) => {
  const { resources, nextToken } = await listPage(store, { kind: 'recommender', parent: datasetGroupArn }, page)
  return {
    recommenders: resources.map(recommender =>
      present<RecommenderSummary>('RecommenderSummary', recommender, 'recommenderArn'),
    ),
    nextToken,
  }
})
