import type { Recommender } from '../../contract/generated/types.ts'
import { inPages } from '../../store/pages.ts'
import type { Resource } from '../../store/resource-store.ts'
import type { Services } from '../operation.ts'
import { hasNewData } from '../solution-versions/data-version.ts'
import { settingsOf, type Training, trainAnew, useCaseOf } from './training.ts'

const EVERY_MS = 7 * 86_400_000

/**
 * Retrains every ACTIVE recommender whose last training began 7 days before this time, if it has new interactions. This
 * is an update that changes no settings. Returns their ARNs.
 * https://docs.aws.amazon.com/personalize/latest/dg/managing-recommenders.html
 */
export async function retrainDueRecommenders(services: Services, now: number): Promise<readonly string[]> {
  const trained: string[] = []
  const { store } = services
  for await (const recommender of inPages(store.resources, { kind: 'recommender', status: 'ACTIVE' })) {
    if (!isDue(recommender, now)) continue
    const { arn } = recommender
    if (await store.exclusively(() => retrainIfDue(services, arn, now))) trained.push(arn)
  }
  return trained
}

/**
 * The 7 days count from the last training, even if it failed: a failed one is not tried again before the next is due.
 */
function isDue({ createdAt, document }: Resource, now: number): boolean {
  const { trainingBegan = createdAt } = document as Partial<Training>
  return now >= trainingBegan + EVERY_MS
}

async function retrainIfDue(services: Services, arn: string, now: number): Promise<boolean> {
  const recommender = await services.store.resources.get(arn)
  if (recommender?.status !== 'ACTIVE' || !isDue(recommender, now)) return false
  const { dataVersion, recommenderConfig } = recommender.document as Partial<Recommender & Training>
  if (!(await hasNewData(services, useCaseOf(recommender), recommender.parent, dataVersion))) return false
  await trainAnew(services, recommender, 'UPDATE PENDING', settingsOf(recommenderConfig ?? {}, services.store))
  return true
}
