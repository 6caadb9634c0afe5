import type { DataSource, DatasetExportJobOutput, ImportMode, IngestionMode } from '../contract/generated/types.ts'
import type { Resource, Store } from '../store/store.ts'
import { type Location, type Objects, parseLocation } from './objects/objects.ts'

export type JobKind = 'dataset-import-job' | 'dataset-export-job' | 'data-deletion-job'

interface Statuses {
  readonly waiting: string
  readonly running: string
  readonly done: string
  readonly failed: string
}

const created: Statuses = {
  waiting: 'CREATE PENDING',
  running: 'CREATE IN_PROGRESS',
  done: 'ACTIVE',
  failed: 'CREATE FAILED',
}

/** The kinds of job and the statuses that each goes through, as the model's documentation has them. */
export const jobStatuses: Readonly<Record<JobKind, Statuses>> = {
  'dataset-import-job': created,
  'dataset-export-job': created,
  'data-deletion-job': { waiting: 'PENDING', running: 'IN_PROGRESS', done: 'COMPLETED', failed: 'FAILED' },
}

export function statusesOf({ kind }: Resource): Statuses {
  return jobStatuses[kind as JobKind]
}

export function isUnfinished(job: Resource): boolean {
  const { waiting, running } = statusesOf(job)
  return job.status === waiting || job.status === running
}

/** How far a job is: kept in its document, and not shown by the API. */
export interface Progress {
  /** Rows read or written so far. */
  readonly rows: number
  readonly rowsDeleted?: number
  readonly bytes?: number
  readonly bytesTotal?: number
}

/** A job's document: members of the API, and what is kept besides. */
export interface JobDocument {
  readonly jobName?: string
  readonly dataSource?: DataSource
  readonly importMode?: ImportMode
  readonly jobOutput?: DatasetExportJobOutput
  readonly ingestionMode?: IngestionMode
  readonly progress?: Progress
  /** Of an import: where its rows are until they are all there. */
  readonly generation?: number
  /** Of an import: from `merging` on its rows are complete and only need to be made visible. */
  readonly phase?: 'staging' | 'merging'
  /** Of a deletion: the rows deleted from all datasets together. */
  readonly numDeleted?: number
}

export function documentOf(job: Resource): JobDocument {
  return job.document as JobDocument
}

/** Where the files of an import or a deletion are. @throws InvalidInputException as `parseLocation` does */
export function sourceOf({ dataSource }: JobDocument): Location {
  return parseLocation('dataSource.dataLocation', dataSource?.dataLocation)
}

/** The folder that an export makes, of its own name. @throws InvalidInputException as `parseLocation` does */
export function destinationOf({ jobName, jobOutput }: JobDocument): Location {
  const { bucket, key } = parseLocation('jobOutput.s3DataDestination.path', jobOutput?.s3DataDestination.path)
  return { bucket, key: `${key}${key === '' || key.endsWith('/') ? '' : '/'}${jobName}/` }
}

/** What a job may use. */
export interface JobContext {
  readonly store: Store
  readonly objects: Objects
  /** As it was when the job began. */
  readonly job: Resource
  /** Whether the service's minimums hold. */
  readonly minimums: boolean
  /** Keeps members of the document for when the job is taken up again. */
  remember(document: JobDocument): Promise<void>
  /** Keeps the progress, once a second at most. */
  report(progress: Progress): void
}

/** Does a job; what it gives goes into the job's document. @throws JobFailure for what the client can do something about */
export type RunJob = (context: JobContext) => Promise<JobDocument>

/** Ends a job that could not be done. The rows of an import that nobody sees yet are thrown away. */
export async function failJob(store: Store, arn: string, failureReason: string): Promise<void> {
  const job = await store.resources.get(arn)
  if (!job) return
  const { generation } = documentOf(job)
  const dataset = await store.resources.get(job.parent)
  if (dataset && generation !== undefined) await store.imports.discard(dataset.id, generation)
  await store.resources.update(arn, { status: statusesOf(job).failed, document: { failureReason } })
}
