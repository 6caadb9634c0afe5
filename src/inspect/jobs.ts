import { findResource, listPage } from '../operations/shared/resources.ts'
import { isUnfinished } from '../store/statuses.ts'
import type { Resource } from '../store/store.ts'
import type { Route } from './route.ts'

/** Of so many that wait or run the first page tells, those first that are done first. */
const UNFINISHED_MAX = 1000

/**
 * The jobs of a dataset group and of all that lives in it, trainings among them, or all jobs; the newest first, and
 * those older than a page by its `nextToken`. What waits or runs is on the first page, however old it is.
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

/** What is trained needs no name of its own: a solution version has that of its solution, with what its ARN ends in. */
function show({ arn, kind, status, document, createdAt, updatedAt }: Resource) {
  const { jobName, name, progress, failureReason, missingValues, notes } = document
  const [created, updated] = [createdAt, updatedAt].map(ms => new Date(ms).toISOString())
  const shown = jobName ?? name ?? arn.slice(arn.indexOf('/') + 1)
  return { jobName: shown, kind, status, progress, failureReason, missingValues, notes, created, updated, jobArn: arn }
}
