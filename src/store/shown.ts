/** What was recommended lately, by the id of the recommendation: for events that name it. Not kept for good. */
export interface Shown {
  remember(recommendationId: string, ids: readonly string[]): void
  /** Undefined where that is not known any more. */
  find(recommendationId: string): Promise<readonly string[] | undefined>
}

/** Of so many recommendations it is remembered what was in them; of fewer where they are long, 16 MB of references. */
const REMEMBERED_MAX = 50_000
const IDS_MAX = 2_000_000

/** Remembers in memory. */
export function openShown(): Shown {
  const shown = new Map<string, readonly string[]>()
  let total = 0
  return {
    remember(recommendationId, ids) {
      shown.set(recommendationId, ids)
      total += ids.length
      for (const [oldest, { length }] of shown) {
        if (shown.size <= REMEMBERED_MAX && total <= IDS_MAX) break
        shown.delete(oldest)
        total -= length
      }
    },
    find: async recommendationId => shown.get(recommendationId),
  }
}
