import { LRUCache } from 'lru-cache'

/** The newest recommendations, by the id of the recommendation: for events that name it. Not kept for good. */
export interface Shown {
  remember(recommendationId: string, list: ShownList): void
  /** The first ids of a list of a dataset group. Undefined where it is not known any more, or is another group's. */
  find(recommendationId: string, datasetGroup: string): Promise<readonly string[] | undefined>
}

export interface ShownList {
  /** The ARN of the dataset group. */
  readonly datasetGroup: string
  /** The first of them, `IMPRESSION_MAX` at most. */
  readonly ids: readonly string[]
}

/** An event has this many impressions at most, so no more items of a list are remembered. */
export const IMPRESSION_MAX = 25

/** The ids of this many recommendations are remembered: 10 MB of references. */
const REMEMBERED_MAX = 50_000

/** Remembers in memory. */
export function openShown(): Shown {
  const shown = new LRUCache<string, ShownList>({ max: REMEMBERED_MAX })
  return {
    remember: (recommendationId, list) => shown.set(recommendationId, list),
    async find(recommendationId, datasetGroup) {
      const list = shown.get(recommendationId)
      return list?.datasetGroup === datasetGroup ? list.ids : undefined
    },
  }
}
