import type { DatasetType } from '../datasets/dataset-type.ts'
import { findResource } from '../operations/shared/resources.ts'
import { inPages } from '../store/pages.ts'
import type { Resource } from '../store/resource-store.ts'
import type { Ingestion } from '../store/rows.ts'
import type { Store } from '../store/store.ts'
import type { Route, Sources } from './route.ts'

/**
 * Shows every dataset group with its datasets, without counts; or one, for keys that may look into this alone.
 * @throws ResourceNotFoundException
 */
export const datasetGroups: Route = async ({ store }, parameters) => {
  const one = parameters.optional('datasetGroupArn')
  const groups = one
    ? [await findResource(store, 'dataset-group', one)]
    : await Array.fromAsync(inPages(store.resources, { kind: 'dataset-group' }))
  const all = await Array.fromAsync(inPages(store.resources, { kind: 'dataset', parent: one }))
  const byGroup = Map.groupBy(all, ({ parent }) => parent)
  return {
    datasetGroups: groups.map(({ arn, status, document: { name, domain } }) => ({
      name,
      datasetGroupArn: arn,
      domain,
      status,
      datasets: (byGroup.get(arn) ?? []).map(dataset => {
        return { datasetArn: dataset.arn, datasetType: dataset.document.datasetType }
      }),
    })),
  }
}

/** Shows the datasets of one group, or of all, with their counts of rows. */
export const datasets: Route = async (sources, parameters) => {
  const found = await datasetResources(sources.store, parameters.optional('datasetGroupArn'))
  return { datasets: await Promise.all(found.map(dataset => describe(sources, dataset))) }
}

/** Shows one dataset with its count of rows. */
export const countOf: Route = async (sources, parameters) =>
  describe(sources, await findResource(sources.store, 'dataset', parameters.required('datasetArn')))

/** Returns the datasets of one group, or of all. @throws ResourceNotFoundException where there is no such group */
async function datasetResources(store: Store, datasetGroupArn: string | undefined): Promise<readonly Resource[]> {
  if (datasetGroupArn) await findResource(store, 'dataset-group', datasetGroupArn)
  return store.resources.list({ kind: 'dataset', parent: datasetGroupArn })
}

/** Whether the rows of such a dataset are interactions, and not users, items or actions. */
export function hasInteractions(type: DatasetType): boolean {
  return type === 'INTERACTIONS' || type === 'ACTION_INTERACTIONS'
}

async function describe({ store, datasets }: Sources, { id, arn, status, document }: Resource) {
  const { name, datasetGroupArn, datasetType } = document
  const ofInteractions = hasInteractions(datasetType as DatasetType)
  const rows = ofInteractions ? store.interactions : store.records
  const count = (ingestion: Ingestion) => rows.count(id, ingestion)
  return {
    name,
    datasetArn: arn,
    datasetGroupArn,
    datasetType,
    status,
    count: { PUT: await count('PUT'), BULK: await count('BULK'), ALL: await count('ALL') },
    duplicates: ofInteractions ? await store.interactions.duplicates(id) : undefined,
    repeated: ofInteractions ? await store.interactions.repeated(id) : undefined,
    unknownProperties: datasets.unknown.of(arn),
  }
}
