import type { Api } from '../session/api.ts'
import { useRead } from './queries.ts'

/** A dataset group as `/inspect/dataset-groups` shows it. */
export interface DatasetGroup {
  readonly name: string
  readonly datasetGroupArn: string
  readonly domain?: string
  readonly status: string
  readonly datasets: readonly { readonly datasetArn: string; readonly datasetType: string }[]
}

/** Reads all dataset groups with their datasets; for a key of one group this one. */
export function useDatasetGroups() {
  return useRead(['dataset-groups'], groupsIn)
}

/** Reads the dataset groups that the session's key may look into. */
export async function groupsIn({ inspect }: Pick<Api, 'inspect'>): Promise<readonly DatasetGroup[]> {
  return (await inspect<{ datasetGroups: readonly DatasetGroup[] }>('dataset-groups')).datasetGroups
}

/** Reads the dataset group of a name; undefined while it is read, and where there is none. */
export function useDatasetGroup(name: string | undefined): DatasetGroup | undefined {
  return useDatasetGroups().data?.find(group => group.name === name)
}
