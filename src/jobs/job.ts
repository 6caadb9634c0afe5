import type {
  BatchInferenceJob,
  DataSource,
  DatasetExportJobOutput,
  ImportMode,
  IngestionMode,
  Recommender,
  RecommenderUpdateSummary,
  SolutionVersion,
} from '../contract/generated/types.ts'
import type { MissingValues } from '../datasets/missing-values.ts'
import { type Resource, type ResourceChange, type Store, StoreError } from '../store/store.ts'
import { inFolder, type Location, type Objects, parseLocation } from './objects/objects.ts'

export type JobKind =
  | 'dataset-import-job'
  | 'dataset-export-job'
  | 'data-deletion-job'
  | 'solution-version'
  | 'recommender'
  | 'batch-inference-job'
  | 'batch-segment-job'

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

/**
 * The kinds of job and the statuses that each goes through, as the model's documentation has them; those of batch jobs
 * as the service's replies do. The model has PENDING and IN PROGRESS for these, but the replies recorded in four
 * notebooks of AWS are CREATE PENDING and CREATE IN_PROGRESS, and its solutions take what is neither for a failure.
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
 * A recommender trains more than once. One that could not be started is INACTIVE again, one that could not be updated
 * serves what it had: its `latestRecommenderUpdate` tells of the failure.
 */
const recommenderStatuses: Readonly<Record<string, Statuses>> = {
  START: { waiting: 'START PENDING', running: 'START IN_PROGRESS', done: 'ACTIVE', failed: 'INACTIVE' },
  UPDATE: { waiting: 'UPDATE PENDING', running: 'UPDATE IN_PROGRESS', done: 'ACTIVE', failed: 'ACTIVE' },
}

/** Those of the job's kind; of a recommender, those of what it is doing: CREATE, START or UPDATE. */
export function statusesOf({ kind, status }: Pick<Resource, 'kind' | 'status'>): Statuses {
  const [doing = ''] = status.split(' ')
  return (kind === 'recommender' && recommenderStatuses[doing]) || jobStatuses[kind as JobKind]
}

/** Whether a job waits, runs or is being stopped. */
export function isUnfinished(job: Resource): boolean {
  return unfinished(job).includes(job.status)
}

/** The statuses of the job while it waits and while it runs. */
export function unfinished(job: Resource): readonly string[] {
  const { waiting, running } = statusesOf(job)
  return [waiting, running]
}

/** Whether an update came too late: the job has ended, is being stopped, or is gone. */
export function isTooLate(error: unknown): boolean {
  return error instanceof StoreError && (error.code === 'changed' || error.code === 'missing')
}

/** A solution version on its way to CREATE STOPPED, and there. */
export const STOPPING = 'CREATE STOPPING'
export const STOPPED = 'CREATE STOPPED'

/** How far a job is: kept in its document, and not shown by the API. */
export interface Progress {
  /** Rows read or written so far. */
  readonly rows: number
  readonly rowsTotal?: number
  /** Of a training: what it is doing. */
  readonly phase?: string
  readonly rowsDeleted?: number
  readonly bytes?: number
  readonly bytesTotal?: number
}

/** A job's document: members of the API, and what is kept besides. */
export interface JobDocument extends TrainingDocument, BatchDocument {
  readonly jobName?: string
  readonly dataSource?: DataSource
  readonly importMode?: ImportMode
  readonly publishAttributionMetricsToS3?: boolean
  readonly jobOutput?: DatasetExportJobOutput
  readonly ingestionMode?: IngestionMode
  readonly progress?: Progress
  /**
   * Of an import and a deletion: its place in the sequence of writes, taken before the call was answered. What is put
   * after that is newer, however long the job waits. Jobs that an older version created have none.
   */
  readonly seq?: number
  /** Of an import: where its rows are until they are all there. */
  readonly generation?: number
  /** Of an import: from `merging` on its rows are complete and only need to be made visible. */
  readonly phase?: 'staging' | 'merging'
  /** Of an import: the columns of which it took cells as missing values. */
  readonly missingValues?: readonly MissingValues[] | undefined
  /** What of the job may not be as it was meant, for whoever looks at it. */
  readonly notes?: readonly string[] | undefined
  /** Of a deletion: the rows deleted from all datasets together. */
  readonly numDeleted?: number
}

type Kept<Shape, Name extends keyof Shape> = Readonly<Partial<Pick<Shape, Name>>>

/** What a solution version and a recommender are trained by, and what training finds out. */
interface TrainingDocument
  extends Kept<SolutionVersion, 'solutionArn' | 'performHPO' | 'performAutoML' | 'performIncrementalUpdate'>,
    Kept<SolutionVersion, 'recipeArn' | 'datasetGroupArn' | 'eventType' | 'solutionConfig'>,
    Kept<SolutionVersion, 'trainingMode' | 'trainingType' | 'trainingHours' | 'tunedHPOParams'>,
    Kept<Recommender, 'recommenderConfig' | 'latestRecommenderUpdate' | 'modelMetrics'> {
  /** Of a solution version: what GetSolutionMetrics gives. */
  readonly metrics?: Readonly<Record<string, number>>
  /** When the model was made, in milliseconds since 1970; a recommender is trained more than once. */
  readonly trainedAt?: number
  /** The file of the model, of its own for each training. */
  readonly modelFile?: string
  /** That of the training before, which is superfluous when the new one answers everywhere. */
  readonly modelFileBefore?: string | undefined
}

/** What a batch inference or a batch segment job is asked to do. */
type BatchDocument = Kept<
  BatchInferenceJob,
  'solutionVersionArn' | 'filterArn' | 'numResults' | 'jobInput' | 'batchInferenceJobConfig'
>

/** The document of a job, typed by its kind. */
export function documentOf(job: Resource): JobDocument {
  return job.document as JobDocument
}

/** Where the files of an import or a deletion are. @throws InvalidInputException as `parseLocation` does */
export function sourceOf({ dataSource }: JobDocument): Location {
  return parseLocation('dataSource.dataLocation', dataSource?.dataLocation)
}

/** The folder that an export makes, of its own name. @throws InvalidInputException as `parseLocation` does */
export function destinationOf({ jobName, jobOutput }: JobDocument): Location {
  return inFolder(parseLocation('jobOutput.s3DataDestination.path', jobOutput?.s3DataDestination.path), `${jobName}/`)
}

/** Which of the service's limits hold (limits.md). */
export interface Limits {
  /** Those of `--quotas aws`: what a job takes at most, and an import at least. */
  readonly quotas: boolean
  /** The minimums of data to train on. */
  readonly minimums: boolean
}

/** What a job may use. */
export interface JobContext {
  readonly store: Store
  readonly objects: Objects
  /** As it was when the job began. */
  readonly job: Resource
  readonly limits: Limits
  /** Whether an import refuses a cell that a Put call would refuse, rather than take it as a missing value. */
  readonly strictImports: boolean
  readonly dataDir: string
  /** Where models are kept, a folder or `s3://BUCKET/PREFIX`; left out, in the data directory. */
  readonly models?: string | undefined
  /** Keeps members of the document for when the job is taken up again. */
  remember(document: JobDocument): Promise<void>
  /** Keeps the progress, once a second at most. */
  report(progress: Progress): void
}

/**
 * Does a job; what it gives goes into the job's document. @throws JobFailure for what the client can do something about
 */
export type RunJob = (context: JobContext) => Promise<JobDocument>

/**
 * Ends a job that could not be done. The rows of an import that nobody sees yet are thrown away; of a deletion it says
 * how many rows are gone.
 * @param rowsDeleted by a deletion, where that is known; else as far as it told
 * @throws StoreError `changed` where it is being stopped
 */
export async function failJob(store: Store, arn: string, failureReason: string, rowsDeleted?: number): Promise<void> {
  const job = await store.resources.get(arn)
  if (!job || !isUnfinished(job)) return
  const { generation, progress } = documentOf(job)
  const numDeleted = rowsDeleted || progress?.rowsDeleted
  const dataset = await store.resources.get(job.parent)
  if (dataset && generation !== undefined) await store.imports.discard(dataset.id, generation)
  if (!numDeleted) await store.resources.update(arn, endOf(job, { failureReason }))
  else {
    const reason = `${failureReason}; ${numDeleted} rows had been deleted by then`
    await store.resources.update(arn, endOf(job, { failureReason: reason, numDeleted }))
  }
}

/** The change that ends a job, unless it is being stopped: done with what it found out, or failed for a reason. */
export function endOf(job: Resource, document: JobDocument & { readonly failureReason?: string }): ResourceChange {
  const { failureReason } = document
  const { done, failed } = statusesOf(job)
  const status = failureReason === undefined ? done : failed
  const { latestRecommenderUpdate } = documentOf(job)
  const ifStatus = unfinished(job)
  if (!job.status.startsWith('UPDATE') || !latestRecommenderUpdate) {
    return { status, ifStatus, document: { ...document } }
  }
  const update: RecommenderUpdateSummary = {
    ...latestRecommenderUpdate,
    status: failureReason === undefined ? 'ACTIVE' : 'CREATE FAILED',
    failureReason,
    lastUpdatedDateTime: Date.now() / 1000,
  }
  const { failureReason: _ofTheUpdate, ...found } = document
  return { status, ifStatus, document: { ...found, latestRecommenderUpdate: update } }
}

/** Why a job failed; undefined where it did not. @param job as it was when it began */
export function failureOf(job: Resource, ended: Resource | undefined): string | undefined {
  if (!ended) return undefined
  const { failureReason, latestRecommenderUpdate } = ended.document as Recommender
  // A recommender that could not be trained anew is ACTIVE: its update has the reason.
  return (job.status.startsWith('UPDATE') ? latestRecommenderUpdate?.failureReason : failureReason) ?? undefined
}
