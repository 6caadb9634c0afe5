import { setTimeout } from 'node:timers/promises'
import { MultiBar, Presets, type SingleBar } from 'cli-progress'

export interface WatchedJob {
  readonly jobArn: string
  readonly jobName: string
  readonly status: string
  readonly progress?: { readonly rows: number; readonly bytes?: number; readonly bytesTotal?: number }
}

const EVERY_MS = 500

/** Shows a bar for each job that waits or runs, until none does. Nothing is drawn where stderr is not a terminal. */
export async function watchJobs(jobsNow: () => Promise<readonly WatchedJob[]>): Promise<void> {
  const format = '{job} {bar} {percentage} % {rows} rows, {status}'
  const drawing = new MultiBar({ format, hideCursor: true, stream: process.stderr }, Presets.rect)
  const bars = new Map<string, SingleBar>()
  try {
    for (;;) {
      const jobs = await jobsNow()
      for (const job of jobs.filter(job => isRunning(job) || bars.has(job.jobArn))) draw(drawing, bars, job)
      if (!jobs.some(isRunning)) return
      await setTimeout(EVERY_MS)
    }
  } finally {
    drawing.stop()
  }
}

function draw(drawing: MultiBar, bars: Map<string, SingleBar>, { jobArn, jobName: job, status, progress }: WatchedJob) {
  const { rows = 0, bytes = 0, bytesTotal = 0 } = progress ?? {}
  const bar = bars.getOrInsertComputed(jobArn, () => drawing.create(1, 0, { job, rows, status }))
  bar.setTotal(Math.max(1, bytesTotal))
  bar.update(bytes, { rows, status })
}

const isRunning = ({ status }: WatchedJob) => /PENDING|IN_PROGRESS/.test(status)
