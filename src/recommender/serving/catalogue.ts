import { setImmediate } from 'node:timers/promises'
import { decodeValues } from '../../datasets/encoding.ts'
import type { Dataset } from '../../datasets/of-group.ts'
import type { Schema } from '../../datasets/schema.ts'
import { compileFields, type DatasetRecord } from '../../filters/dataset-record.ts'
import type { StoredRecord } from '../../store/rows.ts'
import type { Store } from '../../store/store.ts'
import { readRecords } from '../training/snapshot.ts'

/**
 * The items (or actions) of a dataset in memory, as filters take them. A record of an acknowledged Put call is in it at
 * the next request, so that there is nothing to refresh.
 */
export interface Catalogue {
  readonly schema: Schema
  /** The record of an item; `NO_RECORD` where there is none. Another object as soon as it is another record. */
  get(id: string): DatasetRecord
  has(id: string): boolean
  readonly size: number
  /** The ids in the order in which they came, oldest first. */
  readonly ids: Iterable<string>
  /** Grows by one with each record that is put; `changesSince` has the changes since a version. */
  readonly version: number
  /** The ids put after a version; undefined where that is too long ago to be remembered. */
  changesSince(version: number): readonly string[] | undefined
  put(records: readonly StoredRecord[]): void
}

/** A few milliseconds' work, then other requests have their turn: 300,000 items take more than a second. */
const ROWS_AT_ONCE = 1000

/** How many changes are remembered, at least. */
const CHANGES_MAX = 10_000

/** The fields of an item without a record: this array alone. */
export const NO_RECORD: DatasetRecord['fields'] = []

/** Reads a catalogue from the store. Hand records put meanwhile to `put` as well. */
export async function openCatalogue(store: Store, source: Dataset): Promise<Catalogue> {
  const { schema } = source
  const items = new Map<string, DatasetRecord>()
  for await (const item of readRecords(store, source)) {
    items.set(item.id, item)
    if (items.size % ROWS_AT_ONCE === 0) await setImmediate()
  }
  const toFields = compileFields(schema)
  let changes: string[] = []
  let forgotten = 0
  return {
    schema,
    get: id => items.get(id) ?? { id, fields: NO_RECORD },
    has: id => items.has(id),
    get size() {
      return items.size
    },
    get ids() {
      return items.keys()
    },
    get version() {
      return forgotten + changes.length
    },
    changesSince(version) {
      return version < forgotten ? undefined : changes.slice(version - forgotten)
    },
    put(records) {
      for (const { id, fields } of records) {
        items.set(id, { id, fields: toFields(decodeValues(schema, fields)) })
        changes.push(id)
      }
      if (changes.length < 2 * CHANGES_MAX) return
      forgotten += changes.length - CHANGES_MAX
      changes = changes.slice(-CHANGES_MAX)
    },
  }
}

/** Of a group without such a dataset. */
export const NO_CATALOGUE: Catalogue = {
  schema: { datasetType: 'ITEMS', fields: [] },
  get: id => ({ id, fields: NO_RECORD }),
  has: () => false,
  size: 0,
  ids: [],
  version: 0,
  changesSince: () => [],
  put() {},
}
