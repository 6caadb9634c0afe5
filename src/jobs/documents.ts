import type {
  BatchInferenceJob,
  DataSource,
  DatasetExportJobOutput,
  ImportMode,
  IngestionMode,
  Recommender,
  SolutionVersion,
} from '../contract/generated/types.ts'
import type { MissingValues } from '../datasets/missing-values.ts'
import type { ModelFacts } from '../recommender/families/family.ts'
import type { TrainedOn } from '../recommender/training/trained-on.ts'
import type { Resource } from '../store/resource-store.ts'
import { inFolder, type Location, parseLocation } from './objects/objects.ts'

/** How far a job is: kept in its document, and not shown by the API. */
export interface JobProgress {
  /** Rows read or written so far. */
  readonly rows: number
  readonly rowsTotal?: number
  /** Of a training: its present step. */
  readonly phase?: string
  readonly rowsDeleted?: number
  readonly bytes?: number
  readonly bytesTotal?: number
}

/**
 * Of the documents of jobs: the next number where a job has a setting that workers of the version before would
 * overlook. Such a job says so in `format`, and they leave it to others.
 */
export const JOB_FORMAT = 1

/** A job's document: members of the API, and our own. */
export interface JobDocument extends TrainingDocument, BatchDocument {
  /** Left out, it is 1. */
  readonly format?: number
  readonly jobName?: string
  readonly dataSource?: DataSource
  readonly importMode?: ImportMode
  readonly publishAttributionMetricsToS3?: boolean
  readonly jobOutput?: DatasetExportJobOutput
  readonly ingestionMode?: IngestionMode
  readonly progress?: JobProgress
  /**
   * Of an import and a deletion: its place in the sequence of writes, taken before the call was answered. Rows put
   * after that are newer, however long the job waits. Jobs that an older version created have none.
   */
  readonly seq?: number
  /** Of an import: where its rows are until they are all there. */
  readonly generation?: number
  /** Of an import: from `merging` on its rows are complete and only need to be made visible. */
  readonly phase?: 'staging' | 'merging'
  /** Of an import: the columns in which it took cells as missing values. */
  readonly missingValues?: readonly MissingValues[] | undefined
  /** Parts of the job that may not be as they were meant, for its readers. */
  readonly notes?: readonly string[] | undefined
  /** Of a deletion: the rows deleted from all datasets together. */
  readonly numDeleted?: number
}

type KeptDocument<Shape, Name extends keyof Shape> = Readonly<Partial<Pick<Shape, Name>>>

/** The settings of a solution version's or a recommender's training, and its results. */
interface TrainingDocument
  extends KeptDocument<SolutionVersion, 'solutionArn' | 'performHPO' | 'performAutoML' | 'performIncrementalUpdate'>,
    KeptDocument<SolutionVersion, 'recipeArn' | 'datasetGroupArn' | 'eventType' | 'solutionConfig'>,
    KeptDocument<SolutionVersion, 'trainingMode' | 'trainingType' | 'trainingHours' | 'tunedHPOParams'>,
    KeptDocument<Recommender, 'recommenderConfig' | 'latestRecommenderUpdate' | 'modelMetrics'> {
  /** Of a solution version: the metrics that GetSolutionMetrics returns. */
  readonly metrics?: Readonly<Record<string, number>>
  /** Facts about the model beside its metrics; versions that an older server trained have none. */
  readonly modelFacts?: ModelFacts | null
  /** The part of the events that the model was trained on; versions that an older server trained have none. */
  readonly trainedOn?: TrainedOn
  /** When the model was made, in milliseconds since 1970; a recommender is trained more than once. */
  readonly trainedAt?: number
  /** The file of the model, of its own for each training. */
  readonly modelFile?: string
  /** That of the training before, which is superfluous when the new one answers everywhere. */
  readonly modelFileBefore?: string | undefined
}

/** The request of a batch inference or a batch segment job. */
type BatchDocument = KeptDocument<
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

/** Whether this version knows every setting of a job. */
export function isKnown(job: Pick<Resource, 'document'>): boolean {
  return (documentOf(job as Resource).format ?? 1) <= JOB_FORMAT
}
