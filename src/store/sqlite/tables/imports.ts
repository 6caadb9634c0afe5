import type { DatabaseSync } from 'node:sqlite'
import { datasetState, sweeps } from './datasets.ts'
import type { Sequence } from './sequence.ts'

/** Rows moved or deleted in one transaction: some 10 ms; a Put* call may have to wait this long. */
const CHUNK = 1000

/** The writes of bulk imports, each to be called in a transaction. */
export function importWrites(db: DatabaseSync, sequence: Sequence) {
  const state = datasetState(db)
  const noteSweep = sweeps(db, sequence)
  const setGeneration = db.prepare(`
    INSERT INTO dataset_state (dataset, generation) VALUES (?, ?)
    ON CONFLICT DO UPDATE SET generation = excluded.generation`)
  const queuePurge = db.prepare('INSERT INTO purges (dataset, source) VALUES (?, ?)')
  const moveRecords = db.prepare(`
    INSERT OR REPLACE INTO records (dataset, source, id, seq, fields)
    SELECT dataset, ?3, id, seq, fields FROM records WHERE dataset = ?1 AND source = ?2 ORDER BY id LIMIT ${CHUNK}`)
  const movePacks = db.prepare(`
    UPDATE packs SET source = ?3
    WHERE id IN (SELECT id FROM packs WHERE dataset = ?1 AND source = ?2 LIMIT ${CHUNK})`)
  const purges = purgeWrites(db)

  const publish = ({ dataset, generation }: { dataset: number; generation: number }): void => {
    const old = state(dataset).generation
    if (old === generation) return
    setGeneration.run(dataset, generation)
    noteSweep(dataset)
    if (old > 0) queuePurge.run(dataset, old)
  }
  return {
    nextSeq: (_: Record<string, never>): number => sequence.next(),
    publishImport: publish,

    /** Moves some rows of the generation into the one that readers see. Returns whether there are more. */
    mergeSome({ dataset, generation }: { dataset: number; generation: number }): boolean {
      const current = state(dataset).generation
      if (current === generation) return false
      if (current === 0) {
        publish({ dataset, generation })
        return false
      }
      noteSweep(dataset)
      moveRecords.run(dataset, generation, current)
      const { changes } = movePacks.run(dataset, generation, current)
      return Number(changes) + purges.deleteRecords(dataset, generation) > 0
    },

    discardImport({ dataset, generation }: { dataset: number; generation: number }): void {
      if (state(dataset).generation !== generation) queuePurge.run(dataset, generation)
    },

    purgeSome: purges.purgeSome,
  }
}

function purgeWrites(db: DatabaseSync) {
  const next = db.prepare('SELECT id, dataset, source FROM purges ORDER BY id LIMIT 1')
  const done = db.prepare('DELETE FROM purges WHERE id = ?')
  // A range and not `?2 IS NULL OR source = ?2`, for which SQLite would read all that was put to find a bulk row.
  const SOURCE = `source BETWEEN ifnull(?2, 0) AND ifnull(?2, ${Number.MAX_SAFE_INTEGER})`
  const records = db.prepare(`
    DELETE FROM records WHERE (dataset, source, id) IN (
      SELECT dataset, source, id FROM records WHERE dataset = ?1 AND ${SOURCE}
      ORDER BY source, id LIMIT ${CHUNK})`)
  const interactions = db.prepare(`
    DELETE FROM interactions WHERE (dataset, source, user_id, timestamp, item_id, event_type, digest) IN (
      SELECT dataset, source, user_id, timestamp, item_id, event_type, digest FROM interactions
      WHERE dataset = ?1 AND ${SOURCE}
      ORDER BY source, user_id, timestamp, item_id, event_type, digest LIMIT ${CHUNK})`)
  const packs = db.prepare(`
    DELETE FROM packs WHERE id IN (SELECT id FROM packs WHERE dataset = ?1 AND ${SOURCE} LIMIT ${CHUNK})`)
  const eventIds = db.prepare(`
    DELETE FROM event_ids WHERE (dataset, hash, seq) IN (
      SELECT dataset, hash, seq FROM event_ids WHERE dataset = ? ORDER BY hash, seq LIMIT ${CHUNK})`)
  const sessions = db.prepare('DELETE FROM sessions WHERE dataset = ?')
  const states = db.prepare('DELETE FROM dataset_state WHERE dataset = ?')
  const recent = db.prepare('DELETE FROM puts WHERE dataset = ?')
  const waiting = db.prepare('DELETE FROM event_puts WHERE dataset = ?')
  const pending = db.prepare('DELETE FROM pending_ids WHERE dataset = ?')
  const calls = db.prepare(`
    DELETE FROM event_calls WHERE (dataset, seq) IN (
      SELECT dataset, seq FROM event_calls WHERE dataset = ? ORDER BY seq LIMIT ${CHUNK})`)

  const deleteRecords = (dataset: number, source: number | null) => Number(records.run(dataset, source).changes)
  const deleteSome = (dataset: number, source: number | null): number =>
    [interactions, packs].reduce(
      (sum, rows) => sum + Number(rows.run(dataset, source).changes),
      deleteRecords(dataset, source),
    )

  return {
    /** Deletes the first records of a source, in the order of ids. Returns how many. */
    deleteRecords,
    /** Deletes some rows that wait for it. Returns whether there is more. */
    purgeSome(_: Record<string, never>): boolean {
      const purge = next.get() as { id: number; dataset: number; source: number | null } | undefined
      if (!purge) return false
      if (deleteSome(purge.dataset, purge.source) > 0) return true
      if (purge.source === null) {
        for (const some of [eventIds, calls]) if (Number(some.run(purge.dataset).changes) > 0) return true
        for (const all of [sessions, states, recent, waiting, pending]) all.run(purge.dataset)
      }
      done.run(purge.id)
      return true
    },
  }
}
