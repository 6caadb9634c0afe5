import type { Listeners } from '../listeners.ts'
import type { RecordStore } from '../record-store.ts'
import type { Marks } from './marks.ts'
import { applyPuts } from './puts/apply.ts'
import { writeRows } from './puts/log.ts'
import type { UnappliedPuts } from './puts/unapplied.ts'
import type { Reading } from './reading.ts'
import { recordReads, scanRecords } from './tables/records.ts'
import type { WriterClient } from './writer-client.ts'

/**
 * Users, items and actions. A put is first a row of the log `puts`, later in the table `records`. Only `get` looks in
 * both; the other methods have the log applied first.
 * @param unapplied the puts of the log; left out in a thread that shares the store, where each is applied at once
 */
export function openRecords(
  reading: Reading,
  writer: WriterClient,
  { tell }: Pick<Listeners, 'tell'>,
  marks: Marks,
  unapplied?: UnappliedPuts,
): RecordStore {
  const { get, getMany, latest, page, count } = reading.reads(db => recordReads(db, unapplied))
  return {
    async put(dataset, rows) {
      // Without a wait where there is room: a put takes no turn more than it must.
      const room = unapplied?.room()
      if (room) await room
      const ids = rows.map(({ id }) => id)
      let seq: number
      try {
        seq = await writer.write('putRecords', { dataset, rows: writeRows(rows) })
      } finally {
        // Also where it failed: nobody knows then whether it was written.
        for (const id of ids) marks.note(dataset, id)
      }
      if (unapplied) unapplied.add(dataset, ids, { seq, rows: ids.length })
      else await applyPuts(writer)
      tell({ dataset, kind: 'records', rows })
    },
    async get(dataset, id) {
      if (!unapplied) await applyPuts(writer)
      return get(dataset, id)
    },
    async getMany(dataset, ids) {
      if (!unapplied) await applyPuts(writer)
      return getMany(dataset, ids)
    },
    async latest(dataset, limit) {
      await applyPuts(writer)
      return latest(dataset, limit)
    },
    async page(dataset, asked) {
      await applyPuts(writer)
      return page(dataset, asked)
    },
    async *scan(dataset, ingestion) {
      await applyPuts(writer)
      yield* reading.snapshot(db => scanRecords(db, dataset, ingestion))
    },
    async count(dataset, ingestion) {
      await applyPuts(writer)
      return count(dataset, ingestion)
    },
    async delete(dataset, ids, before) {
      await applyPuts(writer)
      return writer.write('deleteRecords', { dataset, ids, before })
    },
  }
}
