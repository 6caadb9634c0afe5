import { type DatasetType, parseSchema, type Schema } from '../datasets/schema.ts'
import type { Store } from '../store/store.ts'
import { JobFailure } from './failure.ts'

/** A dataset as the jobs need it. */
export interface JobDataset {
  readonly id: number
  readonly type: DatasetType
  /** Its fields are in the order in which records are stored. */
  readonly schema: Schema
}

export async function readDataset(store: Store, arn: string): Promise<JobDataset> {
  const dataset = await store.resources.get(arn)
  const schema = dataset?.reference ? await store.resources.get(dataset.reference) : undefined
  if (!dataset || !schema) throw new JobFailure(`The dataset ${arn} or its schema was deleted`)
  const parsed = parseSchema(schema.document.schema as string, schema.document.domain as Schema['domain'])
  const columns = dataset.document.columns as readonly string[]
  const fields = columns.map(name => parsed.fields.find(field => field.name === name)!)
  return { id: dataset.id, type: dataset.document.datasetType as DatasetType, schema: { ...parsed, fields } }
}
