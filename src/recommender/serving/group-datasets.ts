import { type DatasetsOfGroup, datasetsOf } from '../../datasets/of-group.ts'
import type { Resource } from '../../store/resource-store.ts'
import type { Store } from '../../store/store.ts'
import { keepOnly } from './catalogues.ts'

/** The datasets of groups as of the last `Store.catchUp`, the same object for each until they change. */
export interface GroupDatasets {
  of(datasetGroupArn: string): Promise<DatasetsOfGroup>
  keepOnly(datasetGroupArns: readonly string[]): void
}

interface Known {
  /** The list that was read last: the store returns the same one until a resource changes. */
  datasets: readonly Resource[]
  readonly signature: string
  readonly sources: Promise<DatasetsOfGroup>
}

/** Those of a store, each group read when it is first asked for. */
export function openGroupDatasets(store: Store): GroupDatasets {
  const groups = new Map<string, Known>()
  return {
    async of(datasetGroupArn) {
      const datasets = await store.known.list({ kind: 'dataset', parent: datasetGroupArn })
      const known = groups.get(datasetGroupArn)
      if (known?.datasets === datasets) return known.sources
      const signature = datasets.map(({ id, reference }) => `${id} ${reference}`).join()
      if (known?.signature === signature) {
        known.datasets = datasets
        return known.sources
      }
      // Also for all who ask at once: it stands for these datasets, and a catalogue is read for each.
      const group = { datasets, signature, sources: datasetsOf(store, datasetGroupArn) }
      groups.set(datasetGroupArn, group)
      group.sources.catch(() => groups.get(datasetGroupArn) === group && groups.delete(datasetGroupArn))
      return group.sources
    },
    keepOnly: datasetGroupArns => keepOnly(groups, datasetGroupArns),
  }
}
