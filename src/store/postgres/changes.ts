import { once } from 'node:events'
import { setTimeout } from 'node:timers/promises'
import type { Client } from 'pg'
import { shared } from '../serialize.ts'
import type { Change } from '../store.ts'
import { end } from './connections.ts'
import { type Database, statements } from './database.ts'
import type { interactionReads } from './tables/interactions.ts'
import type { recordReads } from './tables/records.ts'

/** Where servers wake each other. */
const CHANNEL = 'personalite'

/** Without a word from others a server looks for itself. */
const LOOK_EVERY_MS = 1000

/** A server that could not look for this long has missed changes that are deleted by now. */
const LOST_AFTER_MS = 60_000
const KEPT = "interval '2 minutes'"
const KEPT_ROWS = 10_000

const sql = statements('changes', {
  snapshot: 'SELECT pg_current_snapshot()::text AS snapshot, coalesce(max(id), 0) AS last FROM changes',

  // Numbers and times are not committed in their order. The changes that this snapshot sees and the last did not leave
  // no gap. But after a crash PostgreSQL uses numbers of transactions again that it had not logged, also for new
  // changes. Such a change has a greater id than all seen before.
  since: `
    SELECT pg_current_snapshot()::text AS snapshot, seen.* FROM (VALUES (1)) AS always LEFT JOIN LATERAL (
      SELECT id, kind, dataset, CASE WHEN kind = 'resource' THEN ids[1] END AS arn FROM changes
      WHERE id > $2
        OR (transaction >= pg_snapshot_xmin($1::pg_snapshot) AND NOT pg_visible_in_snapshot(transaction, $1::pg_snapshot))
    ) AS seen ON true ORDER BY id`,

  rows: 'SELECT id, ids, seqs FROM changes WHERE id = ANY ($1) ORDER BY id',
  forget: `
    DELETE FROM changes WHERE at < clock_timestamp() - ${KEPT} AND id < (SELECT max(id) - ${KEPT_ROWS} FROM changes)`,
  wake: `NOTIFY ${CHANNEL}`,
})

interface Seen {
  readonly snapshot: string
  readonly id: number | null
  readonly kind: 'records' | 'interactions' | 'all' | 'resource'
  readonly dataset: number
  readonly arn: string
}

export type Listener = (change: Change) => void
/** Whether a listener is told of a dataset's rows. */
export type Interest = (dataset: number) => boolean

/** Tells of changes on any server, this one included. */
export interface Changes {
  watch(listener: Listener, isOfInterest?: Interest): () => void
  /** Resolves when listeners know all that was committed before the call. */
  catchUp(): Promise<void>
  /** Wakes other servers, soon; to be called after a commit. */
  wake(): void
  close(): Promise<void>
}

/**
 * Follows the table `changes`. After a commit a server wakes the others (NOTIFY). It does so outside the commit, since
 * in it commits would wait for each other. A word that is lost costs nothing but time: each server looks for itself
 * every second, and `catchUp` looks at once.
 */
export async function openChanges(
  db: Database,
  records: ReturnType<typeof recordReads>,
  interactions: ReturnType<typeof interactionReads>,
): Promise<Changes> {
  const listeners = new Map<Listener, Interest>()
  let [{ snapshot, last } = { snapshot: '', last: 0 }] = await db.query<{ snapshot: string; last: number }>(
    sql.snapshot,
  )
  let lookedAt = performance.now()
  const closing = new AbortController()

  const tell = (change: Change, isOfInterest: (interest: Interest) => boolean) => {
    for (const [listener, interest] of listeners) if (isOfInterest(interest)) listener(change)
  }
  const look = async () => {
    if (performance.now() - lookedAt > LOST_AFTER_MS) tell({ kind: 'unknown' }, () => true)
    const seen = await db.query<Seen>(sql.since, [snapshot, last])
    const wanted = ({ dataset }: Seen) => listeners.values().some(interest => interest(dataset))
    const ofRows = seen.filter(change => change.kind === 'records' || change.kind === 'interactions').filter(wanted)
    const rows = ofRows.length === 0 ? [] : await db.query<Rows>(sql.rows, [ofRows.map(({ id }) => id)])
    const changes: Change[] = []
    for (const { kind, dataset, arn } of seen) {
      if (kind === 'resource') changes.push({ kind, arn })
      if (kind === 'all') changes.push({ kind, dataset })
    }
    changes.push(...(await rowsOf(ofRows, rows)))
    // Told without a pause: a listener never sees a moment half.
    snapshot = seen[0]!.snapshot
    last = Math.max(last, seen.at(-1)!.id ?? 0)
    lookedAt = performance.now()
    for (const change of changes)
      tell(change, interest => !('dataset' in change) || change.kind === 'all' || interest(change.dataset))
  }
  /** Records as they are now, since only that counts; events as they were put. */
  const rowsOf = async (seen: readonly Seen[], rows: readonly Rows[]): Promise<Change[]> => {
    const byId = new Map(rows.map(row => [row.id, row]))
    const changes: Change[] = []
    for (const [dataset, ofDataset] of Map.groupBy(seen, change => change.dataset)) {
      const [{ kind } = {}] = ofDataset
      const all = ofDataset.flatMap(({ id }) => byId.get(id!) ?? [])
      const ids = [...new Set(all.flatMap(row => row.ids))]
      if (kind === 'records') {
        const found = new Map((await records.getMany(dataset, ids)).map(({ id, fields }) => [id, { id, fields }]))
        changes.push({ kind, dataset, rows: ids.flatMap(id => found.get(id) ?? []) })
      } else {
        const seqs = all.flatMap(row => row.seqs)
        changes.push({ kind: 'interactions', dataset, rows: await interactions.numbered(dataset, ids, seqs) })
      }
    }
    return changes
  }
  const catchUp = shared(look)
  const wake = shared(() => db.query(sql.wake).then(() => {}))
  const onWake = () => void catchUp().catch(() => {})
  // Another machine may have taken the database's place, with numbers of its own.
  const onLost = () => {
    lookedAt = Number.NEGATIVE_INFINITY
  }
  const listening = listen(db, onWake, onLost, closing.signal)
  const looking = (async () => {
    for (let turn = 1; !closing.signal.aborted; turn++) {
      await setTimeout(LOOK_EVERY_MS, undefined, { signal: closing.signal, ref: false }).catch(() => {})
      if (closing.signal.aborted) return
      await catchUp().catch(() => {})
      if (turn % 60 === 0) await db.query(sql.forget).catch(() => {})
    }
  })()
  return {
    watch(listener, isOfInterest = () => true) {
      listeners.set(listener, isOfInterest)
      return () => void listeners.delete(listener)
    },
    catchUp,
    wake: () => void wake().catch(() => {}),
    async close() {
      closing.abort()
      await Promise.all([listening, looking])
    },
  }
}

interface Rows {
  readonly id: number
  readonly ids: readonly string[]
  readonly seqs: readonly number[]
}

/** Listens on a connection of its own, and on another where that is lost. */
async function listen(db: Database, onWake: () => void, onLost: () => void, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    let client: Client | undefined
    try {
      client = await db.connect()
      client.on('notification', onWake)
      await client.query(`LISTEN ${CHANNEL}`)
      onWake()
      await once(client, 'end', { signal })
    } catch {}
    if (client) await end(client)
    onLost()
    if (!signal.aborted) await setTimeout(LOOK_EVERY_MS, undefined, { signal, ref: false }).catch(() => {})
  }
}
