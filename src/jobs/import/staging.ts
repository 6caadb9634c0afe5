import { setImmediate } from 'node:timers/promises'
import { compileCsvInteractions, compileCsvRecords } from '../../datasets/csv.ts'
import { encodeValues } from '../../datasets/encoding.ts'
import type { MissingCells } from '../../datasets/missing-values.ts'
import type { Dataset } from '../../datasets/of-group.ts'
import type { RowSource } from '../../datasets/row-place.ts'
import type { ImportStore } from '../../store/import-store.ts'
import type { ImportedInteraction, StoredRecord } from '../../store/rows.ts'
import type { CompileHeader } from '../tables/read-tables.ts'
import { sortByText } from './sort-by-text.ts'

/**
 * Rows are sorted in runs before they are staged, so that those of one transaction lie side by side in the store. A
 * store that changes all of its pages with each run takes few long ones best. But it idles while the first is read,
 * and alone is busy with the last. Hence this many of the same size, of large files more. Two runs are in memory at
 * once, one being staged while the next is read.
 */
const RUNS = 4
const RUN_BYTES = 32 << 20

/** One more transaction than the writer is sent is ready, so that it never waits while this thread reads rows. */
const UNDER_WAY = 3

/** How the rows of a dataset's files become rows of its store. */
interface Rows<Row> {
  /** @throws InvalidInputException for a header that does not fit the schema; its result throws it for a row */
  readonly compile: CompileHeader<Row>
  /** The beginning of their order in the store; beyond it the order makes no difference to the speed. */
  keyOf(row: Row): string
  /** Its length in memory, in characters. */
  sizeOf(row: Row): number
  /**
   * Leaves out the rows of a sorted run that a later one replaces: chunks are staged at the same time, in any order, so
   * no two of them may have the same record.
   */
  lastOfEach(rows: readonly Row[]): readonly Row[]
  /** @param isMore whether others follow soon, for which these may wait */
  stage(rows: readonly Row[], isMore?: boolean): Promise<void>
}

/**
 * Where the rows of an import go, and their place in the sequence of writes: the generation's own if it is undefined.
 */
interface Stage {
  readonly generation: number
  readonly seq: number | undefined
  /** Counts the cells that are taken as missing values; undefined where they are refused. */
  readonly missing: MissingCells | undefined
}

/** Where rows are staged. */
export type StagingStore = Pick<
  ImportStore,
  'rowsAtOnce' | 'rowsSorted' | 'takesInteractionsAsTheyCome' | 'stageRecords' | 'stageInteractions'
>

/**
 * Stages the rows of an import under a generation; `finish` resolves when they are all in the store.
 * @param bytesTotal the size of all files
 */
export function openStaging(imports: StagingStore, dataset: Dataset, place: Stage, bytesTotal: number) {
  const { missing } = place
  const rows = rowsOf(imports, dataset, place)
  const asTheyCome = imports.takesInteractionsAsTheyCome && dataset.type.endsWith('INTERACTIONS')
  const { add, finish, stop } = asTheyCome ? openStream(imports, rows) : openRuns(imports, rows, bytesTotal)
  return {
    compile(header: readonly string[], source: RowSource) {
      if (missing) missing.source = source
      return rows.compile(header, source)
    },
    /** @param bytes how much of all files was read so far */
    async add(rows: readonly unknown[], bytes: number): Promise<void> {
      await add(rows, bytes)
      await setImmediate() // lets those before get on
    },
    finish,
    /** Stages no more. Resolves when nothing is under way: then all staged rows are there to throw away. */
    stop,
  }
}

/** A way to stage rows: see `openStaging`. */
interface Way {
  add(rows: readonly unknown[], bytes: number): Promise<void>
  finish(): Promise<void>
  stop(): Promise<void>
}

/**
 * Stages rows as they come. Enough are under way that the store has the next ones while it writes. They are no more
 * than a run would have in memory.
 */
function openStream({ rowsAtOnce }: StagingStore, { sizeOf, stage }: Rows<unknown>): Way {
  const underWay: { readonly rows: number; readonly size: number; readonly staged: Promise<void> }[] = []
  let rowsUnderWay = 0
  let sizeUnderWay = 0
  return {
    async add(rows) {
      const staged = stage(rows, true)
      staged.catch(() => {}) // thrown where it is awaited
      const size = rows.reduce<number>((sum, row) => sum + sizeOf(row), 0)
      underWay.push({ rows: rows.length, size, staged })
      rowsUnderWay += rows.length
      sizeUnderWay += size
      while (rowsUnderWay > UNDER_WAY * rowsAtOnce || sizeUnderWay > RUN_BYTES) {
        // Large rows may be too few for the store to write them unasked.
        if (sizeUnderWay > RUN_BYTES) stage([]).catch(() => {})
        const first = underWay.shift()!
        await first.staged
        rowsUnderWay -= first.rows
        sizeUnderWay -= first.size
      }
    },
    async finish() {
      await Promise.all([...underWay.map(({ staged }) => staged), stage([])])
    },
    async stop() {
      await Promise.allSettled([...underWay.map(({ staged }) => staged), stage([])])
    },
  }
}

/** Stages rows in sorted runs. */
function openRuns(
  { rowsAtOnce, rowsSorted }: StagingStore,
  { keyOf, sizeOf, lastOfEach, stage }: Rows<unknown>,
  bytesTotal: number,
): Way {
  const runBytes = Math.min(RUN_BYTES, bytesTotal / RUNS)
  let run: unknown[] = []
  /** The rows alone tell the size of compressed files. */
  let runSize = 0
  let runEnd = runBytes
  let staged = Promise.resolve()
  let isStopped = false

  const stageRun = async (rows: readonly unknown[]) => {
    const underWay: Promise<void>[] = []
    for (let i = 0; i < rows.length && !isStopped; i += rowsAtOnce) {
      const chunk = stage(rows.slice(i, i + rowsAtOnce))
      chunk.catch(() => {}) // thrown where it is awaited
      underWay.push(chunk)
      if (underWay.length === UNDER_WAY) await underWay.shift()
    }
    await Promise.all(underWay)
  }
  const endRun = async () => {
    const sorted = lastOfEach(sortByText(run, keyOf))
    run = []
    runSize = 0
    await staged
    staged = stageRun(sorted)
    staged.catch(() => {}) // thrown where it is awaited next
  }
  return {
    async add(rows, bytes) {
      for (const row of rows) {
        run.push(row)
        runSize += sizeOf(row)
      }
      if (run.length < rowsSorted && runSize < RUN_BYTES && bytes < runEnd) return
      runEnd = bytes + runBytes
      await endRun()
    },
    async finish() {
      await endRun()
      await staged
    },
    async stop() {
      isStopped = true
      await staged.catch(() => {})
    },
  }
}

function rowsOf(
  imports: StagingStore,
  { id, type, schema }: Dataset,
  { generation, seq, missing }: Stage,
): Rows<unknown> {
  const interactions: Rows<ImportedInteraction> = {
    compile: header => compileCsvInteractions(schema, header, missing),
    keyOf: ({ userId }) => userId,
    sizeOf: ({ userId, itemId, details }) => userId.length + itemId.length + details.length,
    lastOfEach: rows => rows,
    stage: (rows, isMore) => imports.stageInteractions(id, generation, rows, seq, isMore),
  }
  const records: Rows<StoredRecord> = {
    compile(header) {
      const read = compileCsvRecords(schema, header, missing)
      return (cells, line) => {
        const { id, values } = read(cells, line)
        return { id, fields: encodeValues(values) }
      }
    },
    keyOf: ({ id }) => id,
    sizeOf: ({ id, fields }) => id.length + fields.length,
    lastOfEach: rows => rows.filter(({ id }, i) => rows[i + 1]?.id !== id),
    stage: rows => imports.stageRecords(id, generation, rows, seq),
  }
  return (type.endsWith('INTERACTIONS') ? interactions : records) as Rows<unknown>
}
