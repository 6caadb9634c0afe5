import { setTimeout } from 'node:timers/promises'
import { openShown, type Shown, type ShownList } from '../recent-recommendations.ts'
import { shared } from '../serialize.ts'
import { type Database, statements } from './database.ts'

/** Lists shown meanwhile are written together. */
const TOGETHER_MS = 20
const WAITING_MAX = 10_000
const FORGET_EVERY_MS = 60_000
const KEPT = "interval '1 hour'"

const sql = statements('shown', {
  remember: `
    INSERT INTO shown (recommendation_id, dataset_group, ids)
    SELECT * FROM unnest($1::text[], $2::text[], $3::text[]) ON CONFLICT DO NOTHING`,
  find: 'SELECT ids FROM shown WHERE recommendation_id = $1 AND dataset_group = $2',
  forget: `DELETE FROM shown WHERE at < clock_timestamp() - ${KEPT}`,
})

/**
 * Remembers in memory, and, a moment later, where the other servers find it. Nothing waits for that, or fails by it.
 */
export function openSharedShown(db: Database): Shown {
  const here = openShown()
  let waiting = new Map<string, ShownList>()
  let forgotAt = performance.now()
  const write = shared(async () => {
    await setTimeout(TOGETHER_MS, undefined, { ref: false })
    const given = waiting
    waiting = new Map()
    const lists = [...given.values()]
    const groups = lists.map(({ datasetGroup }) => datasetGroup)
    const ids = lists.map(list => JSON.stringify(list.ids))
    if (given.size > 0) await db.query(sql.remember, [[...given.keys()], groups, ids])
    if (performance.now() - forgotAt < FORGET_EVERY_MS) return
    forgotAt = performance.now()
    await db.query(sql.forget)
  })
  return {
    remember(recommendationId, list) {
      here.remember(recommendationId, list)
      if (waiting.size >= WAITING_MAX || list.ids.length === 0) return
      waiting.set(recommendationId, list)
      write().catch(() => {})
    },
    async find(recommendationId, datasetGroup) {
      const found = await here.find(recommendationId, datasetGroup)
      if (found) return found
      const [row] = await db.query<{ ids: string }>(sql.find, [recommendationId, datasetGroup])
      return row && JSON.parse(row.ids)
    },
  }
}
