import { InvalidInputException } from '../../contract/errors.ts'
import type { DatasetType } from '../../datasets/dataset-type.ts'
import type { Dataset } from '../../datasets/of-group.ts'
import { inPages } from '../../store/pages.ts'
import type { Resource } from '../../store/resource-store.ts'
import type { Store } from '../../store/store.ts'

/** Finds what tracking ids stand for, and caches it. */
export interface TrackingIds {
  /**
   * The Interactions dataset of the group of the event tracker with this tracking id.
   * @throws InvalidInputException where there is no such tracker, or the group has no such dataset
   */
  ofTracker(trackingId: string): Promise<Dataset>
  /** The dataset group of the event tracker with this tracking id. */
  groupOfTracker(trackingId: string): Promise<string | undefined>
  /** The Action interactions dataset with this tracking id. */
  ofTrackingId(trackingId: string): Promise<Dataset | undefined>
  /** Call it when an event tracker was deleted. */
  forgetTrackers(): void
}

/** How datasets are found: the functions of `Datasets`. */
interface Found {
  get(arn: string): Promise<Dataset>
  inGroup(datasetGroupArn: string, type: DatasetType): Promise<Dataset>
}

/** Opens the tracking ids of a store. `forgetDatasets` is to be called when any dataset changed or was deleted. */
export function openTrackingIds(
  store: Pick<Store, 'resources'>,
  { get, inGroup }: Found,
): TrackingIds & { forgetDatasets(): void } {
  const groups = new Map<string, string>()
  /** Those of event trackers: a call of events then waits once. */
  const datasets = new Map<string, Promise<Dataset>>()
  /** The ARNs of Action interactions datasets by their tracking ids. */
  const tracked = new Map<string, string>()

  const groupOfTracker = async (trackingId: string) => {
    if (!groups.has(trackingId)) {
      for await (const { document } of inPages(store.resources, { kind: 'event-tracker' })) {
        groups.set(document.trackingId as string, document.datasetGroupArn as string)
      }
    }
    return groups.get(trackingId)
  }
  const read = async (trackingId: string) => {
    try {
      const group = await groupOfTracker(trackingId)
      if (group) return await inGroup(group, 'INTERACTIONS')
      throw new InvalidInputException(
        `trackingId: there is no event tracker with the id ${JSON.stringify(trackingId)}; DescribeEventTracker shows the one to use`,
      )
    } catch (error) {
      datasets.delete(trackingId)
      throw error
    }
  }
  return {
    ofTracker: trackingId => datasets.getOrInsertComputed(trackingId, read),
    groupOfTracker,
    async ofTrackingId(trackingId) {
      const isTracked = (dataset: Resource | undefined) => dataset?.document.trackingId === trackingId
      const before = tracked.get(trackingId)
      if (before !== undefined && isTracked(await store.resources.get(before))) return get(before)
      tracked.delete(trackingId)
      for await (const dataset of inPages(store.resources, { kind: 'dataset' })) {
        if (!isTracked(dataset)) continue
        tracked.set(trackingId, dataset.arn)
        return get(dataset.arn)
      }
      return undefined
    },
    forgetTrackers() {
      groups.clear()
      datasets.clear()
    },
    forgetDatasets: () => datasets.clear(),
  }
}
