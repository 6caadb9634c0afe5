import { setTimeout } from 'node:timers/promises'
import { MultiBar, Presets, type SingleBar } from 'cli-progress'
import type { JobProgress } from '../jobs/documents.ts'
import { isUnfinished, phaseOf } from '../store/statuses.ts'

export interface WatchedJob {
  readonly jobArn: string
  readonly jobName?: string
  readonly status: string
  readonly progress?: JobProgress
}

interface Watching {
  readonly everyMs?: number
  /** Whether the bars are erased at the end. */
  readonly clears?: boolean
}

/** Wide enough for most names, so that the bars are aligned. */
const NAME_WIDTH = 20

/** Shows a progress bar for each unfinished job, until all have ended. Draws nothing if stderr is not a terminal. */
export async function watchJobs<Job extends WatchedJob>(
  jobsNow: () => Promise<readonly Job[]>,
  { everyMs = 500, clears = false }: Watching = {},
): Promise<readonly Job[]> {
  const format = '{job} {bar} {percentage} % {doing}, {status}'
  const options = { format, hideCursor: true, clearOnComplete: clears, stream: process.stderr }
  const drawing = new MultiBar(options, Presets.rect)
  const bars = new Map<string, SingleBar>()
  try {
    for (;;) {
      const jobs = await jobsNow()
      for (const job of jobs.filter(job => isUnfinished(job) || bars.has(job.jobArn))) draw(drawing, bars, job)
      if (!jobs.some(isUnfinished)) return jobs
      await setTimeout(everyMs)
    }
  } finally {
    drawing.stop()
  }
}

/** Returns the name of a job. A training has the part of its ARN after the first slash. */
export function jobNameOf({ jobName, jobArn }: WatchedJob): string {
  return jobName ?? jobArn.slice(jobArn.indexOf('/') + 1)
}

/** Returns the progress of a job from 0 to 1; undefined if it reports none. */
export function shareOf({ rows, rowsTotal, bytes = 0, bytesTotal }: JobProgress): number | undefined {
  const share = bytesTotal ? bytes / bytesTotal : rowsTotal ? rows / rowsTotal : undefined
  return share && Math.min(1, share)
}

function draw(drawing: MultiBar, bars: Map<string, SingleBar>, watched: WatchedJob): void {
  const { status, progress = { rows: 0 } } = watched
  const shown = { job: jobNameOf(watched).padEnd(NAME_WIDTH), status, doing: progress.phase ?? `${progress.rows} rows` }
  const bar = bars.getOrInsertComputed(watched.jobArn, () => drawing.create(1, 0, shown))
  bar.update(phaseOf(status) === 'done' ? 1 : (shareOf(progress) ?? 0), shown)
}
