import type { MissingValues } from '../../datasets/missing-values.ts'
import { type Log, withoutValues } from '../../log.ts'
import type { Resource } from '../../store/resource-store.ts'
import type { Store } from '../../store/store.ts'
import { documentOf } from '../documents.ts'
import { failJob, failureOf } from '../ending.ts'
import { isOpen, STOPPED, STOPPING } from '../statuses.ts'

/** How often in turn the store may be unavailable for a job before that fails: an import may be what fills its disk. */
const HINDERED_MAX = 3

/**
 * Whether a job for which the store was unavailable is begun again, unless somebody stops it.
 * @param times how often in turn that happened
 */
export async function isBegunAgain(store: Store, arn: string, times: number): Promise<boolean> {
  const job = await store.resources.get(arn)
  return job !== undefined && isOpen(job) && times < HINDERED_MAX
}

/** Why a job failed that its thread left without a status: it crashed, or the store was unavailable. */
const REASONS = {
  crashed: 'The job stopped because of an internal failure; the log of the server has its place',
  hindered: 'The store could not be reached or written to, time after time; the log of the server says why',
}

/**
 * Writes the last status of a job that its thread left without: stopped where that was asked for, else failed. Returns
 * the job as it is then. A recommender whose training is done may wait for another by now.
 * @throws Error where an import may be seen in part: it is not failed, but goes on with the next look
 */
export async function writeOutcome(
  store: Store,
  arn: string,
  thread: 'done' | keyof typeof REASONS,
): Promise<Resource | undefined> {
  const job = await store.resources.get(arn)
  if (job?.status === STOPPING) await store.resources.update(arn, { status: STOPPED })
  else if (thread !== 'done' && job && isOpen(job) && documentOf(job).phase === 'merging')
    throw new Error('all rows of the import are there, and some may be seen: it has to go on')
  else if (thread !== 'done') await failJob(store, arn, REASONS[thread])
  return store.resources.get(arn)
}

/** The facts of a job whose work is over. */
interface JobOutcome {
  /** As it was when it began. */
  readonly job: Resource
  readonly end: Resource | undefined
  /** How long it took. */
  readonly ms: number
  /** A further hint for the log. */
  readonly hint: string | undefined
}

/** Logs how a job ended, and the parts that may not be as they were meant. */
export function logOutcome(log: Log, { job, end, ms, hint }: JobOutcome): void {
  const failure = failureOf(job, end)
  const { missingValues = [], notes = [], trainedOn } = end ? documentOf(end) : {}
  const outcome = {
    job: job.arn,
    status: end?.status,
    ms,
    ...(trainedOn && { trainedOn }),
    ...(hint !== undefined && { hint }),
  }
  if (missingValues.length > 0)
    log.warn({ job: job.arn, columns: missingValues.map(countsOf) }, 'cells of an import are missing values')
  if (notes.length > 0) log.warn({ job: job.arn, notes: notes.map(withoutValues) }, 'a job may not have done all')
  if (failure === undefined) log.info(outcome, 'job ended')
  else log.warn({ ...outcome, reason: withoutValues(failure) }, 'job failed')
}

/** The part of a column that may be logged: nothing that is in its cells. */
function countsOf({ column, rows, empty, unreadable }: MissingValues) {
  return { column, rows, empty, unreadable }
}
