import { randomUUID } from 'node:crypto'
import { markOf } from '../../attribution/sources.ts'
import type { Shown } from '../../store/recent-recommendations.ts'
import type { Target } from './recommenders.ts'

/**
 * Gives what a campaign or recommender recommends an id, as the service writes it, and remembers it, so that an event
 * that names the id tells of what was passed over too: `RID-ee-46d4-925b-10516e1e7591-CID-c36cda`.
 */
export function show(
  shown: Shown,
  { arn, datasetGroupArn }: Pick<Target, 'arn' | 'datasetGroupArn'>,
  recommended: readonly { readonly id: string }[],
): string {
  const recommendationId = recommendationIdOf(arn)
  shown.remember(recommendationId, { datasetGroup: datasetGroupArn, ids: recommended.map(({ id }) => id) })
  return recommendationId
}

/** A new recommendation id, from which the campaign or recommender of this ARN can be told. */
export function recommendationIdOf(arn: string): string {
  return `RID-${randomUUID().slice(11)}-${markOf(arn)}`
}
