import { Buffer } from 'node:buffer'
import type { AsyncBuffer, FileMetaData, ParquetScan } from 'hyparquet'
import { parquetMetadataAsync, parquetScan, parquetSchema } from 'hyparquet'
import { quote } from '../../datasets/values.ts'
import { JobFailure } from '../failure.ts'
import { CHUNK_ROWS, type TableChunks, type TableFile, type TableOptions } from '../tables/table.ts'
import { checkGroup } from './check-group.ts'
import { columnsOf, type ParquetColumn } from './columns.ts'
import { pageCompressors } from './compressors.ts'

/**
 * Rows whose columns are decoded together. Each time a column's dictionary is decoded again, so fewer would take
 * longer; of more the values would take too much memory.
 */
const SLICE_ROWS = 50_000

/**
 * Parses a Parquet file, a chunk of rows at a time: one group of rows after the other, and of its columns those that
 * are wanted. Cells are as CSV has them (`cellsOf`). Columns that are not wanted have their names as cells. A file
 * without a column is an empty one, as pandas writes for a frame without rows and columns.
 * @throws JobFailure naming the file or the column where it is damaged or cannot be read
 */
export async function* parseParquet(file: TableFile, { fields, unpacked }: TableOptions): TableChunks {
  const content = inGroups(file)
  const metadata = await openMetadata(file.uri, content)
  const tree = await inWords(file.uri, () => parquetSchema(metadata))
  const names = tree.children.map(({ element }) => element.name)
  if (names.some(name => typeof name !== 'string')) throw damaged(file.uri, 'a column has no name')
  if (names.length === 0) return
  yield { rows: [names.slice()], numbers: [0] }

  const columns = columnsOf(file.uri, tree, fields)
  const scan = await inWords(file.uri, () =>
    parquetScan({
      file: content,
      metadata,
      columns: columns.map(({ name }) => name),
      compressors: pageCompressors,
      parsers: { stringFromBytes: textOf, jsonFromBytes: textOf },
      useOffsetIndex: false,
    }),
  )
  const groups = metadata.row_groups.filter(({ num_rows }) => num_rows > 0n)
  for (const [i, { rowStart, rowEnd }] of scan.ranges.entries()) {
    content.nextGroup()
    await inWords(file.uri, () => checkGroup(content, groups[i]!, columns))
    unpacked?.(Number(groups[i]!.total_byte_size))
    for (let from = rowStart; from < rowEnd; from += SLICE_ROWS) {
      const slice = { rowStart: from, rowEnd: Math.min(from + SLICE_ROWS, rowEnd) }
      const values = await Promise.all(
        columns.map(column => valuesOf({ uri: file.uri, scan }, column, { rowStart, rowEnd }, slice)),
      )
      yield* inChunks(names, columns, values, slice)
    }
  }
}

interface Rows {
  readonly rowStart: number
  readonly rowEnd: number
}

interface ScannedFile {
  readonly uri: string
  readonly scan: ParquetScan
}

/** The values of a column in a slice of a group. A list is decoded with its whole group, which the scan remembers. */
async function valuesOf({ uri, scan }: ScannedFile, column: ParquetColumn, group: Rows, slice: Rows) {
  const { name, isList } = column
  const { rowStart, rowEnd } = isList ? group : slice
  const what = `the column ${quote(name)}, rows ${rowStart + 1} to ${rowEnd}`
  const values = await inWords(uri, () => scan.readColumn({ column: name, rowStart, rowEnd }), what)
  if (values.length !== rowEnd - rowStart) throw damaged(uri, `${what}, has ${values.length} values`)
  return isList ? values.slice(slice.rowStart - rowStart, slice.rowEnd - rowStart) : values
}

function* inChunks(
  names: readonly string[],
  columns: readonly ParquetColumn[],
  values: readonly ArrayLike<unknown>[],
  { rowStart, rowEnd }: Rows,
) {
  const cells = columns.map(({ place, toCell }, i) => ({ place, toCell, values: values[i]! }))
  for (let from = rowStart; from < rowEnd; from += CHUNK_ROWS) {
    const numbers = Array.from({ length: Math.min(CHUNK_ROWS, rowEnd - from) }, (_, i) => from + i + 1)
    const rows = numbers.map(number => {
      const row = names.slice()
      for (const { place, toCell, values } of cells) row[place] = toCell(values[number - 1 - rowStart])
      return row
    })
    yield { rows, numbers }
  }
}

/** The content of a file; parts that were read are kept until the next group of rows. */
function inGroups(file: TableFile): AsyncBuffer & { nextGroup(): void } {
  const parts = new Map<string, Promise<ArrayBuffer>>()
  const readPart = async (start: number, end: number) => {
    const bytes = new Uint8Array(end - start)
    let at = 0
    for await (const chunk of file.read({ start, end })) {
      bytes.set(chunk.subarray(0, bytes.length - at), at)
      at += chunk.length
    }
    if (at !== bytes.length) throw damaged(file.uri, `the file ends at byte ${start + at}`)
    return bytes.buffer
  }
  return {
    byteLength: file.size,
    slice(start, end = file.size) {
      if (start < 0 || end < start || end > file.size) throw damaged(file.uri, 'a place beyond the end of the file')
      return parts.getOrInsertComputed(`${start} ${end}`, () => readPart(start, end))
    },
    nextGroup: () => parts.clear(),
  }
}

async function openMetadata(uri: string, content: AsyncBuffer): Promise<FileMetaData> {
  const { byteLength } = content
  const end = Buffer.from(await content.slice(Math.max(byteLength - 4, 0), byteLength)).toString('latin1')
  if (byteLength < 12 || end !== 'PAR1') throw new JobFailure(`${uri} is Parquet whose end is missing: upload it again`)
  return inWords(uri, async () => {
    const metadata = await parquetMetadataAsync(content, { geoparquet: false })
    checkRows(metadata)
    return metadata
  })
}

/** The library passes over a group whose number of rows is damaged. @throws Error */
function checkRows({ row_groups, num_rows }: FileMetaData): void {
  const rows = row_groups.map(group => group.num_rows)
  const sum = rows.reduce((sum, count) => sum + count, 0n)
  const wrong = rows.find(count => count < 0n)
  if (wrong !== undefined) throw new Error(`a group has ${wrong} rows`)
  if (sum !== num_rows) throw new Error(`its groups have ${sum} rows, and not ${num_rows}`)
}

class NotUtf8 extends Error {}

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

function textOf(bytes: Uint8Array | undefined): string | undefined {
  if (!bytes) return undefined
  try {
    return decoder.decode(bytes)
  } catch {
    throw new NotUtf8()
  }
}

/** Runs a function of the library. @throws JobFailure for its errors @param what the part that is read */
async function inWords<Result>(uri: string, run: () => Result | Promise<Result>, what = ''): Promise<Result> {
  try {
    return await run()
  } catch (error) {
    if (error instanceof NotUtf8) throw new JobFailure(`${uri}: ${what}: the text is not UTF-8: write it as UTF-8`)
    // Of a damaged file it throws errors of any kind.
    throw error instanceof JobFailure
      ? error
      : damaged(uri, [what, (error as Error).message].filter(Boolean).join(': '))
  }
}

function damaged(uri: string, problem: string): JobFailure {
  return new JobFailure(`${uri} is Parquet, but damaged: ${problem}`)
}
