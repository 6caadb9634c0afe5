import type { FoundRecord, Ingestion, StoredRecord } from './rows.ts'

/** Which records to read, in the order of ids. */
export interface PageOfRecords {
  /** The beginning of their ids; '' for all. */
  readonly prefix: string
  /** Only those after this id. */
  readonly after?: string | undefined
  readonly limit: number
}

/** Users, items and actions: an id and its fields. The first argument is the dataset's resource id. */
export interface RecordStore {
  /**
   * Stores all of them or none. Each replaces the whole record that was put under its id; the last of an id stands.
   * @throws StoreError `missing`, `inactive`
   */
  put(dataset: number, records: readonly StoredRecord[]): Promise<void>
  /** The record in effect: the newer of the put and the imported one under the id. */
  get(dataset: number, id: string): Promise<FoundRecord | undefined>
  /** Those in effect under these ids, in any order; an id that has none is left out. */
  getMany(dataset: number, ids: readonly string[]): Promise<readonly FoundRecord[]>
  /** Those put last, newest first, as they are now; it looks back over the last 10,000 writes to all datasets. */
  latest(dataset: number, limit: number): Promise<readonly FoundRecord[]>
  /** A few records in effect, in the order of ids. It takes as long in a large dataset as in a small one. */
  page(dataset: number, page: PageOfRecords): Promise<readonly FoundRecord[]>
  /** Every record, in the order of ids. */
  scan(dataset: number, ingestion: Ingestion): AsyncIterable<FoundRecord>
  count(dataset: number, ingestion: Ingestion): Promise<number>
  /**
   * Deletes them however they came in, but those that were put after `before`. Returns the number of rows deleted.
   * @param before a place in the sequence; all of them where it is left out
   */
  delete(dataset: number, ids: readonly string[], before?: number): Promise<number>
}
