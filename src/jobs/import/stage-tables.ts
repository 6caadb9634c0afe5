import type { MissingCells } from '../../datasets/missing-values.ts'
import type { Dataset } from '../../datasets/of-group.ts'
import { type Objects, type StoredObject, tableOf } from '../objects/objects.ts'
import { readTables } from '../tables/read-tables.ts'
import type { TableFile } from '../tables/table.ts'
import { openStaging, type StagingStore } from './staging.ts'

/** Where rows go, and their place in the sequence of writes: the generation's own if it is undefined. */
export interface Place {
  readonly generation: number
  readonly seq: number | undefined
}

/** How much has been read of files. */
export interface Reading {
  rows: number
  bytes: number
  readonly bytesTotal: number
}

/** Files whose rows are to be staged. */
export interface Staging {
  readonly imports: StagingStore
  readonly objects: Objects
  readonly dataset: Dataset
  readonly files: readonly StoredObject[]
  readonly place: Place
  /** Counts the cells that are taken as missing values; undefined where they are refused. */
  readonly missing: MissingCells | undefined
  readonly progress: Reading
  readonly unpacked?: ((bytes: number) => void) | undefined
  /** Is told of each file without a line. An error that it throws ends the staging. */
  onEmpty(uri: string): void
  /** Is told of the names of each file's columns. */
  onHeader?(names: readonly string[]): void
  /** Is told of rows that go to the store. An error that it throws ends the staging. */
  onRows(rows: readonly unknown[]): void
}

/**
 * Stages the rows of files, one file after the other. Of two records with the same id, the last in the last file
 * stands. After a failure nothing is under way.
 * @throws JobFailure as `readTables` does, and the errors of `onRows`
 */
export async function stageTables(staging: Staging): Promise<void> {
  const { imports, objects, dataset, files, place, missing, progress, unpacked, onEmpty, onHeader, onRows } = staging
  const { compile, add, finish, stop } = openStaging(imports, dataset, { ...place, missing }, progress.bytesTotal)
  const compileHeader: typeof compile = (header, source) => {
    onHeader?.(header)
    return compile(header, source)
  }
  const tables = files.map(file => counting(objects, file, progress))
  try {
    const options = { fields: dataset.schema.fields, unpacked, onEmpty }
    for await (const rows of readTables(tables, compileHeader, options)) {
      await add(rows, progress.bytes)
      progress.rows += rows.length
      onRows(rows)
    }
    await finish()
  } finally {
    await stop()
  }
}

/** A file whose bytes are counted as they are read; of Parquet the end is read twice. */
function counting(objects: Objects, file: StoredObject, progress: Reading): TableFile {
  return {
    ...tableOf(objects, file),
    async *read(part) {
      for await (const chunk of objects.read(file, part)) {
        progress.bytes = Math.min(progress.bytes + chunk.length, progress.bytesTotal)
        yield chunk
      }
    },
  }
}
