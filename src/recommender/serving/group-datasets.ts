import { type DatasetsOfGroup, datasetsOf } from '../../datasets/of-group.ts'
import type { Store } from '../../store/store.ts'
import { keepOnly } from './catalogues.ts'

/** The datasets of groups as of the last `Store.catchUp`, the same object for each until they change. */
export interface GroupDatasets {
  of(datasetGroupArn: string): Promise<DatasetsOfGroup>
  keepOnly(datasetGroupArns: readonly string[]): void
}

/** Those of a store, each group read when it is first asked for. */
export function openGroupDatasets(store: Store): GroupDatasets {
  const groups = new Map<string, { readonly signature: string; readonly sources: Promise<DatasetsOfGroup> }>()
  return {
    async of(datasetGroupArn) {
      const datasets = await store.known.list({ kind: 'dataset', parent: datasetGroupArn })
      const signature = datasets.map(({ id, reference }) => `${id} ${reference}`).join()
      const known = groups.get(datasetGroupArn)
      if (known?.signature === signature) return known.sources
      // Also for all who ask at once: it stands for these datasets, and a catalogue is read for each.
      const group = { signature, sources: datasetsOf(store, datasetGroupArn) }
      groups.set(datasetGroupArn, group)
      group.sources.catch(() => groups.get(datasetGroupArn) === group && groups.delete(datasetGroupArn))
      return group.sources
    },
    keepOnly: datasetGroupArns => keepOnly(groups, datasetGroupArns),
  }
}
