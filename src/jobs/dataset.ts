import type { DatasetType } from '../datasets/dataset-type.ts'
import { type Schema, schemaIn } from '../datasets/schema.ts'
import type { Store } from '../store/store.ts'
import { JobFailure } from './failure.ts'

/** A dataset as the jobs need it. */
export interface JobDataset {
  readonly id: number
  readonly datasetGroupArn: string
  readonly type: DatasetType
  /** Its fields are in the order in which records are stored. */
  readonly schema: Schema
}

/** A dataset with its schema, for a job. @throws JobFailure where it has been deleted */
export async function readDataset(store: Store, arn: string): Promise<JobDataset> {
  const dataset = await store.resources.get(arn)
  const schema = dataset?.reference ? await store.resources.get(dataset.reference) : undefined
  if (!dataset || !schema) throw new JobFailure(`The dataset ${arn} or its schema was deleted`)
  const { datasetGroupArn, datasetType, columns } = dataset.document
  const type = datasetType as DatasetType
  return {
    id: dataset.id,
    datasetGroupArn: datasetGroupArn as string,
    type,
    schema: schemaIn(schema.document, columns as readonly string[]),
  }
}
