import { jobStatuses } from '../jobs/job.ts'
import { findResource } from '../operations/resources.ts'
import type { Resource } from '../store/store.ts'
import type { Route } from './routes.ts'

/** The jobs of a dataset group and of all that lives in it, trainings among them, or all jobs; the newest first. */
export const jobs: Route = async ({ store }, parameters) => {
  const group = parameters.optional('datasetGroupArn')
  if (group) await findResource(store, 'dataset-group', group)
  const all = await store.resources.list({})
  const homes = new Map(all.map(({ arn, parent }) => [arn, parent]))
  const isIn = (arn: string, home: string): boolean => arn === home || (homes.has(arn) && isIn(homes.get(arn)!, home))
  const found = all.filter(({ kind, arn }) => kind in jobStatuses && (!group || isIn(arn, group)))
  return { jobs: found.toReversed().map(show) }
}

/** What is trained needs no name of its own: a solution version has that of its solution, with what its ARN ends in. */
function show({ arn, kind, status, document, createdAt, updatedAt }: Resource) {
  const { jobName, name, progress, failureReason, missingValues } = document
  const [created, updated] = [createdAt, updatedAt].map(ms => new Date(ms).toISOString())
  const shown = jobName ?? name ?? arn.slice(arn.indexOf('/') + 1)
  return { jobName: shown, kind, status, progress, failureReason, missingValues, created, updated, jobArn: arn }
}
