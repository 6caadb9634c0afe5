import type { Resource } from '../store/resource-store.ts'
import type { Store } from '../store/store.ts'
import type { DatasetType } from './dataset-type.ts'
import { type Schema, schemaIn } from './schema.ts'

/** A dataset with its schema. */
export interface Dataset {
  /** The key of its rows in the store. */
  readonly id: number
  readonly arn: string
  readonly datasetGroupArn: string
  readonly type: DatasetType
  /** Its fields are in the order in which records are stored. */
  readonly schema: Schema
}

/** The datasets of a dataset group; it has at most one of each type. */
export type DatasetsOfGroup = Readonly<Partial<Record<DatasetType, Dataset>>>

/** The schemas of a dataset group's datasets. */
export type Schemas = Readonly<Partial<Record<DatasetType, Schema>>>

/** Returns the datasets of a group, with their schemas. */
export async function datasetsOf(store: Store, datasetGroupArn: string): Promise<DatasetsOfGroup> {
  const datasets: Partial<Record<DatasetType, Dataset>> = {}
  for (const resource of await store.resources.list({ kind: 'dataset', parent: datasetGroupArn })) {
    const dataset = await withSchema(store, resource)
    if (dataset) datasets[dataset.type] = dataset
  }
  return datasets
}

/** Returns the dataset with its schema, or undefined where the schema was deleted. */
export async function withSchema(
  store: Store,
  { id, arn, document, reference }: Resource,
): Promise<Dataset | undefined> {
  const found = reference ? await store.resources.get(reference) : undefined
  if (!found) return undefined
  return {
    id,
    arn,
    datasetGroupArn: document.datasetGroupArn as string,
    type: document.datasetType as DatasetType,
    // The order of the dataset's columns: the fields of its first schema, then those that updates added.
    schema: schemaIn(found.document, document.columns as readonly string[]),
  }
}

/** Returns the schemas alone. */
export function schemasOf(datasets: DatasetsOfGroup): Schemas {
  const entries = Object.entries(datasets).map(([type, { schema }]): [string, Schema] => [type, schema])
  return Object.fromEntries(entries)
}
