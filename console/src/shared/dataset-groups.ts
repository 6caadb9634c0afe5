import { useRead } from './queries.ts'

/** A dataset group as `/inspect/dataset-groups` shows it. */
export interface DatasetGroup {
  readonly name: string
  readonly datasetGroupArn: string
  readonly domain?: string
  readonly status: string
  readonly datasets: readonly { readonly datasetArn: string; readonly datasetType: string }[]
}

/** Reads all dataset groups with their datasets. */
export function useDatasetGroups() {
  return useRead(['dataset-groups'], async api => {
    const { datasetGroups } = await api.inspect<{ datasetGroups: readonly DatasetGroup[] }>('dataset-groups')
    return datasetGroups
  })
}

/** Reads the dataset group of a name; undefined while it is read, and where there is none. */
export function useDatasetGroup(name: string | undefined): DatasetGroup | undefined {
  return useDatasetGroups().data?.find(group => group.name === name)
}
