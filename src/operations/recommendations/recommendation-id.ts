import { randomUUID } from 'node:crypto'
import type { Recommendations } from '../../recommender/serving/recommendations.ts'
import { IMPRESSION_MAX, type Shown } from '../../store/recent-recommendations.ts'
import type { Target } from './recommenders.ts'

/**
 * Stores the first recommended items under a new recommendation id and returns the id. It has the service's form:
 * `RID-ee-46d4-925b-10516e1e7591-CID-c36cda`. An event that names the id thus also shows which items the user passed
 * over.
 */
export function show(
  shown: Shown,
  { mark, datasetGroupArn }: Pick<Target, 'mark' | 'datasetGroupArn'>,
  list: Recommendations,
): string {
  const recommendationId = recommendationIdOf(mark)
  list.shown ??= { datasetGroup: datasetGroupArn, ids: list.ids.slice(0, IMPRESSION_MAX) }
  shown.remember(recommendationId, list.shown)
  return recommendationId
}

/** Returns a new recommendation id, which identifies the campaign or recommender of this mark. */
export function recommendationIdOf(mark: string): string {
  return `RID-${randomUUID().slice(11)}-${mark}`
}
