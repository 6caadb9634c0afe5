import type { Resource } from '../store/resource-store.ts'
import { phaseOf, type Status } from '../store/statuses.ts'

export type JobKind =
  | 'dataset-import-job'
  | 'dataset-export-job'
  | 'data-deletion-job'
  | 'solution-version'
  | 'recommender'
  | 'batch-inference-job'
  | 'batch-segment-job'

interface Statuses {
  readonly waiting: Status
  readonly running: Status
  readonly done: Status
  readonly failed: Status
}

const created: Statuses = {
  waiting: 'CREATE PENDING',
  running: 'CREATE IN_PROGRESS',
  done: 'ACTIVE',
  failed: 'CREATE FAILED',
}

/**
 * The kinds of job and the statuses that each goes through, as the model's documentation has them. Those of batch jobs
 * are as in the service's replies. The model has PENDING and IN PROGRESS for these. But the replies recorded in four
 * notebooks of AWS are CREATE PENDING and CREATE IN_PROGRESS, and its solutions take any other status for a failure.
 */
export const jobStatuses: Readonly<Record<JobKind, Statuses>> = {
  'dataset-import-job': created,
  'dataset-export-job': created,
  'data-deletion-job': { waiting: 'PENDING', running: 'IN_PROGRESS', done: 'COMPLETED', failed: 'FAILED' },
  'solution-version': created,
  recommender: created,
  'batch-inference-job': created,
  'batch-segment-job': created,
}

/**
 * A recommender trains more than once. One that could not be started is INACTIVE again. One that could not be updated
 * serves its old model: its `latestRecommenderUpdate` tells of the failure.
 */
const recommenderStatuses: Readonly<Record<string, Statuses>> = {
  START: { waiting: 'START PENDING', running: 'START IN_PROGRESS', done: 'ACTIVE', failed: 'INACTIVE' },
  UPDATE: { waiting: 'UPDATE PENDING', running: 'UPDATE IN_PROGRESS', done: 'ACTIVE', failed: 'ACTIVE' },
}

/** Those of the job's kind; of a recommender, those of its present verb: CREATE, START or UPDATE. */
export function statusesOf({ kind, status }: Pick<Resource, 'kind' | 'status'>): Statuses {
  const [doing = ''] = status.split(' ')
  return (kind === 'recommender' && recommenderStatuses[doing]) || jobStatuses[kind as JobKind]
}

/** Whether a job waits or runs, and nobody stops it: only then may it be begun, ended or stopped. */
export function isOpen({ status }: Pick<Resource, 'status'>): boolean {
  const phase = phaseOf(status)
  return phase === 'waiting' || phase === 'running'
}

/** The statuses of the job while it is open: as it is, while it waits, while it runs. */
export function openStatuses(job: Pick<Resource, 'kind' | 'status'>): readonly string[] {
  const { waiting, running } = statusesOf(job)
  // A batch job of an older version has other words for them.
  return [...new Set([waiting, running, ...(isOpen(job) ? [job.status] : [])])]
}

/** A solution version on its way to CREATE STOPPED, and there. */
export const STOPPING: Status = 'CREATE STOPPING'
export const STOPPED: Status = 'CREATE STOPPED'
