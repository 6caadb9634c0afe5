import { jobStatuses } from '../jobs/job.ts'
import type { Resource } from '../store/store.ts'
import { datasetsOf } from './datasets.ts'
import type { Route } from './routes.ts'

/** The jobs of a dataset group and its datasets, or all, newest first. */
export const jobs: Route = async ({ store }, parameters) => {
  const datasetGroupArn = parameters.optional('datasetGroupArn')
  const parents = new Set([datasetGroupArn, ...(await datasetsOf(store, datasetGroupArn)).map(({ arn }) => arn)])
  const all = (await Promise.all(Object.keys(jobStatuses).map(kind => store.resources.list({ kind })))).flat()
  const found = all.filter(({ parent }) => !datasetGroupArn || parents.has(parent))
  return { jobs: found.sort((a, b) => b.id - a.id).map(show) }
}

function show({ arn, kind, status, document, createdAt, updatedAt }: Resource) {
  const { jobName, progress, failureReason } = document
  const [created, updated] = [createdAt, updatedAt].map(ms => new Date(ms).toISOString())
  return { jobName, kind, status, progress, failureReason, created, updated, jobArn: arn }
}
