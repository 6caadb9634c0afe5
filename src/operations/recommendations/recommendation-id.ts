import { randomUUID } from 'node:crypto'
import { markOf } from '../../attribution/sources.ts'

/** Of so many recommendations it is remembered what was in them; of fewer where they are long, 16 MB of references. */
const REMEMBERED_MAX = 50_000
const IDS_MAX = 2_000_000

/** What was shown under each id, so that an event that names it tells of what was passed over too. */
export interface Shown {
  /** Gives recommendations an id, as the service writes it: `RID-ee-46d4-925b-10516e1e7591-CID-c36cda`. */
  remember(arn: string, ids: readonly string[]): string
  /** What was recommended under the id; undefined where that is not known any more. */
  find(recommendationId: string): readonly string[] | undefined
}

export function openShown(): Shown {
  const shown = new Map<string, readonly string[]>()
  let total = 0
  return {
    remember(arn, ids) {
      const recommendationId = `RID-${randomUUID().slice(11)}-${markOf(arn)}`
      shown.set(recommendationId, ids)
      total += ids.length
      for (const [oldest, { length }] of shown) {
        if (shown.size <= REMEMBERED_MAX && total <= IDS_MAX) break
        shown.delete(oldest)
        total -= length
      }
      return recommendationId
    },
    find: recommendationId => shown.get(recommendationId),
  }
}
