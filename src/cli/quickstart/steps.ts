import { styleText } from 'node:util'
import type { Get } from '../client.ts'
import { jobNameOf, type WatchedJob, watchJobs } from '../watch.ts'

/** Runs a step, and prints a line with its description and duration. */
export async function step<Result>(done: string, work: () => Promise<Result>): Promise<Result> {
  const started = performance.now()
  const result = await work()
  console.log(`${styleText('green', '✓')} ${done.padEnd(66)} ${seconds(performance.now() - started).padStart(6)}`)
  return result
}

/** Prints a heading below an empty line. */
export function heading(text: string): void {
  console.log(`\n${styleText('bold', text)}\n`)
}

/** Returns milliseconds as seconds with one decimal: `1.2 s`. */
export function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`
}

/** Waits until these jobs have ended, with a progress bar for each on a terminal. @throws Error if one has failed */
export async function ended(get: Get, arns: readonly (string | undefined)[]): Promise<void> {
  type Job = WatchedJob & { readonly failureReason?: string }
  const jobsNow = async () => {
    const { jobs } = await get<{ jobs: readonly Job[] }>('/inspect/jobs')
    return jobs.filter(({ jobArn }) => arns.includes(jobArn)).reverse()
  }
  const jobs = await watchJobs(jobsNow, { everyMs: 200, clears: true })
  const failed = jobs.find(({ status }) => status !== 'ACTIVE')
  if (failed) throw new Error(`${jobNameOf(failed)} is ${failed.status}: ${failed.failureReason}`)
}
