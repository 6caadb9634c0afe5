/** A dataset as `/inspect/datasets` shows it. */
export interface ShownDataset {
  readonly name: string
  readonly datasetArn: string
  readonly datasetGroupArn: string
  readonly datasetType: string
  readonly status: string
  /** Rows by how they came in. */
  readonly count: { readonly PUT: number; readonly BULK: number; readonly ALL: number }
  /** How often Put calls had properties that are no field of the schema, by their names. */
  readonly unknownProperties: readonly { readonly name: string; readonly count: number }[]
}

/** How far a job is. */
export interface JobProgress {
  readonly rows: number
  readonly rowsTotal?: number
  /** Of a training: its present step. */
  readonly phase?: string
  readonly bytes?: number
  readonly bytesTotal?: number
}

/** The percentage of a job that is done; undefined where it is not known. */
export function percentOf(progress: JobProgress | undefined): number | undefined {
  const { rows = 0, rowsTotal, bytes, bytesTotal } = progress ?? {}
  if (bytes !== undefined && bytesTotal) return Math.min(100, (100 * bytes) / bytesTotal)
  return rowsTotal ? Math.min(100, (100 * rows) / rowsTotal) : undefined
}

/** A job as `/inspect/jobs` shows it. */
export interface ShownJob {
  readonly jobName: string
  readonly kind: string
  readonly status: string
  readonly progress?: JobProgress
  readonly failureReason?: string
  readonly notes?: readonly string[]
  readonly created: string
  readonly updated: string
  readonly jobArn: string
}

/** Whether a status will change by itself: something waits, runs or is being stopped. */
export function isUnderWay(status: string | undefined): boolean {
  return /PENDING|IN[_ ]PROGRESS|STOPPING/.test(status ?? '')
}

/** The name in an ARN: its last part. */
export function nameIn(arn: string): string {
  return arn.slice(arn.lastIndexOf('/') + 1)
}

/** The kind of job for people: `dataset-import-job` is an import. */
export function kindForPeople(kind: string): string {
  return KINDS[kind] ?? kind
}

const KINDS: Readonly<Record<string, string>> = {
  'dataset-import-job': 'Import',
  'dataset-export-job': 'Export',
  'data-deletion-job': 'Deletion',
  'solution-version': 'Training',
  recommender: 'Recommender',
  'batch-inference-job': 'Batch inference',
  'batch-segment-job': 'Batch segments',
}
