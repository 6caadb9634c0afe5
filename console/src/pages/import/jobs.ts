import type { MissingValues } from '../../../../src/datasets/missing-values.ts'
import type { Api } from '../../session/api.ts'
import { isUnderWay, type ShownJob } from '../../shared/server.ts'

/** An import as `/inspect/jobs` shows it. */
export interface Job extends ShownJob {
  /** The columns in which it took cells as missing values. */
  readonly missingValues?: readonly MissingValues[]
}

interface Jobs {
  readonly jobs: readonly Job[]
  readonly nextToken?: string
}

/** Reads an import by its name; null where there is none. */
export async function readJob(api: Api, datasetGroupArn: string, jobName: string): Promise<Job | null> {
  let nextToken: string | undefined
  do {
    const page: Jobs = await api.inspect('jobs', { query: { datasetGroupArn, nextToken, limit: 1000 } })
    const found = page.jobs.find(job => job.kind === 'dataset-import-job' && job.jobName === jobName)
    if (found) return found
    nextToken = page.nextToken
  } while (nextToken !== undefined)
  return null
}

/** Whether it waits or runs. */
export function isRunning({ status }: Job): boolean {
  return isUnderWay(status)
}
