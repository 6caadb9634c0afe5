import { setImmediate } from 'node:timers/promises'
import { compileCsvInteractions, compileCsvRecords } from '../datasets/csv.ts'
import { encodeValues } from '../datasets/encoding.ts'
import type { ImportedInteraction, StoredRecord } from '../store/rows.ts'
import type { Imports } from '../store/store.ts'
import type { ReadRow } from './csv/read-csv.ts'
import type { JobDataset } from './dataset.ts'
import { sortByText } from './sort-by-text.ts'

/**
 * Rows are sorted in runs before they are staged, so that those of one transaction lie side by side in the store: half a
 * million interactions in random order take 3.0 µs each to write in runs of 145,000 at most, 2.1 all in one run, and
 * several times as much unsorted. Two runs are in memory at once, one being staged while the next is read; a run of long
 * texts ends earlier. The first is short, so that the writer has something to do soon; each of the last is half of what
 * is left of the files, so that little is left to be written when they have been read.
 */
const FIRST_RUN_ROWS = 30_000
const RUN_ROWS = 400_000
const RUN_GROWTH = 4
const RUN_BYTES = 32 << 20
const LAST_RUN_BYTES = 4 << 20

/** Rows of one transaction, some 5 ms. A Put* call waits for the one being written and the one at the writer behind it. */
const CHUNK_ROWS = 1000

/** One more transaction than the writer is sent is ready, so that it never waits while this thread reads rows. */
const UNDER_WAY = 3

/** How the rows of a dataset's files become rows of its store. */
interface Rows<Row> {
  /** @throws InvalidInputException for a header, and what it gives for a row, that does not fit the schema */
  compile(header: readonly string[]): ReadRow<Row>
  /** What their order in the store begins with; beyond it the order makes no difference to the speed. */
  keyOf(row: Row): string
  stage(rows: readonly Row[]): Promise<void>
}

/**
 * Stages the rows of an import under a generation; `finish` resolves when they are all in the store.
 * @param bytesTotal the size of all files
 */
export function openStaging(imports: Imports, dataset: JobDataset, generation: number, bytesTotal: number) {
  const { compile, keyOf, stage }: Rows<unknown> = rowsOf(imports, dataset, generation)
  let run: unknown[] = []
  let runRows = FIRST_RUN_ROWS
  let runEnd = RUN_BYTES
  let staged = Promise.resolve()

  const stageRun = async (rows: readonly unknown[]) => {
    const underWay: Promise<void>[] = []
    for (let i = 0; i < rows.length; i += CHUNK_ROWS) {
      const chunk = stage(rows.slice(i, i + CHUNK_ROWS))
      chunk.catch(() => {}) // thrown where it is awaited
      underWay.push(chunk)
      if (underWay.length === UNDER_WAY) await underWay.shift()
    }
    await Promise.all(underWay)
  }
  const endRun = async () => {
    const sorted = sortByText(run, keyOf)
    run = []
    await staged
    staged = stageRun(sorted)
    staged.catch(() => {}) // thrown by whoever awaits it next
  }
  return {
    compile,
    /** @param bytes how much of all files was read so far */
    async add(rows: readonly unknown[], bytes: number): Promise<void> {
      for (const row of rows) run.push(row)
      if (run.length >= runRows || bytes >= runEnd) {
        runRows = Math.min(RUN_ROWS, RUN_GROWTH * runRows)
        runEnd = bytes + Math.min(RUN_BYTES, Math.max(LAST_RUN_BYTES, (bytesTotal - bytes) / 2))
        await endRun()
      }
      await setImmediate() // lets the run before get on
    },
    async finish(): Promise<void> {
      await endRun()
      await staged
    },
  }
}

function rowsOf(imports: Imports, { id, type, schema }: JobDataset, generation: number): Rows<unknown> {
  const interactions: Rows<ImportedInteraction> = {
    compile: header => compileCsvInteractions(schema, header),
    keyOf: ({ userId }) => userId,
    stage: rows => imports.stageInteractions(id, generation, rows),
  }
  const records: Rows<StoredRecord> = {
    compile(header) {
      const read = compileCsvRecords(schema, header)
      return cells => {
        const { id, values } = read(cells)
        return { id, fields: encodeValues(values) }
      }
    },
    keyOf: ({ id }) => id,
    stage: rows => imports.stageRecords(id, generation, rows),
  }
  return (type.endsWith('INTERACTIONS') ? interactions : records) as Rows<unknown>
}
