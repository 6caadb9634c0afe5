import type { Recommender, RecommenderUpdateSummary } from '../contract/generated/types.ts'
import type { Resource, ResourceChange } from '../store/resource-store.ts'
import { isStoreError, type Store } from '../store/store.ts'
import { documentOf, type JobDocument } from './documents.ts'
import { isOpen, openStatuses, statusesOf } from './statuses.ts'

/** Whether an update came too late: the job has ended, is being stopped, or is gone. */
export function isTooLate(error: unknown): boolean {
  return isStoreError(error, 'changed') || isStoreError(error, 'missing')
}

/** For `catch`: an update that came too late is no matter. @throws any other error */
export function unlessTooLate(error: unknown): void {
  if (!isTooLate(error)) throw error
}

/**
 * Ends a job that could not be done. The rows of an import that nobody sees yet are thrown away; of a deletion it says
 * how many rows are gone.
 * @param rowsDeleted by a deletion, where that is known; else as far as it told
 * @throws StoreError `changed` where it is being stopped
 */
export async function failJob(store: Store, arn: string, failureReason: string, rowsDeleted?: number): Promise<void> {
  const job = await store.resources.get(arn)
  if (!job || !isOpen(job)) return
  const { generation, progress } = documentOf(job)
  const numDeleted = rowsDeleted || progress?.rowsDeleted
  const dataset = await store.resources.get(job.parent)
  if (dataset && generation !== undefined) await store.imports.discard(dataset.id, generation)
  const found = numDeleted
    ? { failureReason: `${failureReason}; ${numDeleted} rows had been deleted by then`, numDeleted }
    : { failureReason }
  await store.resources.update(arn, endOf(job, found, store.clock.now()))
}

/**
 * The change that ends a job, unless it is being stopped: done with its results, or failed for a reason.
 * @param now in milliseconds since 1970
 */
export function endOf(
  job: Resource,
  document: JobDocument & { readonly failureReason?: string },
  now: number,
): ResourceChange {
  const { failureReason } = document
  const { done, failed } = statusesOf(job)
  const status = failureReason === undefined ? done : failed
  const { latestRecommenderUpdate } = documentOf(job)
  const ifStatus = openStatuses(job)
  if (!job.status.startsWith('UPDATE') || !latestRecommenderUpdate) {
    return { status, ifStatus, document: { ...document } }
  }
  const update: RecommenderUpdateSummary = {
    ...latestRecommenderUpdate,
    status: failureReason === undefined ? 'ACTIVE' : 'CREATE FAILED',
    failureReason,
    lastUpdatedDateTime: now / 1000,
  }
  const { failureReason: _ofTheUpdate, ...found } = document
  return { status, ifStatus, document: { ...found, latestRecommenderUpdate: update } }
}

/** Why a job failed; undefined where it did not. @param job as it was when it began */
export function failureOf(job: Pick<Resource, 'status'>, ended: Resource | undefined): string | undefined {
  if (!ended) return undefined
  const { failureReason, latestRecommenderUpdate } = ended.document as Recommender
  // A recommender that could not be trained anew is ACTIVE: its update has the reason.
  return (job.status.startsWith('UPDATE') ? latestRecommenderUpdate?.failureReason : failureReason) ?? undefined
}
