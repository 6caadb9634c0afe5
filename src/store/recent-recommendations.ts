/** The newest recommendations, by the id of the recommendation: for events that name it. Not kept for good. */
export interface Shown {
  remember(recommendationId: string, list: ShownList): void
  /** The ids that a dataset group recommended. Undefined where that is not known any more, or another group did. */
  find(recommendationId: string, datasetGroup: string): Promise<readonly string[] | undefined>
}

export interface ShownList {
  /** The ARN of the dataset group. */
  readonly datasetGroup: string
  readonly ids: readonly string[]
}

/** The ids of this many recommendations are remembered; of fewer if the lists are long (16 MB of references). */
const REMEMBERED_MAX = 50_000
const IDS_MAX = 2_000_000

/** Remembers in memory. */
export function openShown(): Shown {
  const shown = new Map<string, ShownList>()
  let total = 0
  return {
    remember(recommendationId, list) {
      shown.set(recommendationId, list)
      total += list.ids.length
      for (const [oldest, { ids }] of shown) {
        if (shown.size <= REMEMBERED_MAX && total <= IDS_MAX) break
        shown.delete(oldest)
        total -= ids.length
      }
    },
    async find(recommendationId, datasetGroup) {
      const list = shown.get(recommendationId)
      return list?.datasetGroup === datasetGroup ? list.ids : undefined
    },
  }
}
