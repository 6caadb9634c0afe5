import { useParams } from 'wouter'
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

/**
 * Reads all dataset groups with their datasets. For a key that may not, it reads the group of the page's address alone:
 * a key of one group finds its pages there.
 */
export function useDatasetGroups() {
  const { group } = useParams<{ group?: string }>()
  return useRead(['dataset-groups', group], async api => {
    try {
      return await groupsIn(api)
    } catch (error) {
      if (group === undefined || (error as Error).name !== 'AccessDeniedException') throw error
      return await groupsIn(api, arnOf(group))
    }
  })
}

async function groupsIn(api: Api, datasetGroupArn?: string): Promise<readonly DatasetGroup[]> {
  const query = { datasetGroupArn }
  return (await api.inspect<{ datasetGroups: readonly DatasetGroup[] }>('dataset-groups', { query })).datasetGroups
}

/** An ARN of a group. The server takes that of any region and account for its own. */
const arnOf = (group: string) => `arn:aws:personalize:us-east-1:000000000000:dataset-group/${group}`

/** Reads the dataset group of a name; undefined while it is read, and where there is none. */
export function useDatasetGroup(name: string | undefined): DatasetGroup | undefined {
  return useDatasetGroups().data?.find(group => group.name === name)
}
