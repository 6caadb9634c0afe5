import { findResource, listPage } from '../operations/shared/resources.ts'
import type { Resource } from '../store/resource-store.ts'
import { isUnfinished } from '../store/statuses.ts'
import type { Route } from './route.ts'

/** The most unfinished jobs that the first page adds. The oldest come first, since they run first. */
const UNFINISHED_MAX = 1000

/**
 * Shows the jobs of a dataset group and of the resources in it, trainings among them, or all jobs. The newest come
 * first, and `nextToken` leads to older ones. The first page shows the unfinished jobs of any age.
 */
export const jobs: Route = async ({ store }, parameters) => {
  const datasetGroup = parameters.optional('datasetGroupArn')
  if (datasetGroup) await findResource(store, 'dataset-group', datasetGroup)
  const [given, maxResults] = [parameters.optional('nextToken'), parameters.limit()]
  const query = { isJob: true, datasetGroup } as const
  const { resources: page, nextToken } = await listPage(
    store,
    { ...query, newestFirst: true },
    { nextToken: given, maxResults },
  )
  if (given) return { jobs: page.filter(job => !isUnfinished(job)).map(show), nextToken }
  const oldest = page.at(-1)?.id ?? 0
  const unfinished = await store.resources.list({ ...query, unfinished: true, limit: UNFINISHED_MAX })
  const older = unfinished.filter(({ id }) => id < oldest).reverse()
  return { jobs: [...page, ...older].map(show), nextToken }
}

/**
 * A solution version needs no name of its own. It is shown under the end of its ARN: its solution's name and its id.
 */
function show({ arn, kind, status, document, createdAt, updatedAt }: Resource) {
  const { jobName, name, progress, missingValues, notes } = document
  // A training that ends well forgets why the one before failed.
  const failureReason = document.failureReason ?? undefined
  const [created, updated] = [createdAt, updatedAt].map(ms => new Date(ms).toISOString())
  const shown = jobName ?? name ?? arn.slice(arn.indexOf('/') + 1)
  return { jobName: shown, kind, status, progress, failureReason, missingValues, notes, created, updated, jobArn: arn }
}
