import { type Dataset, withSchema } from '../datasets/of-group.ts'
import type { Store } from '../store/store.ts'
import { JobFailure } from './failure.ts'

/** Returns a job's dataset. @throws JobFailure where it was deleted */
export async function datasetOfJob(store: Store, arn: string): Promise<Dataset> {
  const resource = await store.resources.get(arn)
  const dataset = resource && (await withSchema(store, resource))
  if (!dataset) throw new JobFailure(`The dataset ${arn} or its schema was deleted`)
  return dataset
}
