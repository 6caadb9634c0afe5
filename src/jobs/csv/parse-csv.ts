import { RowSplitter } from '../../datasets/split-rows.ts'
import { JobFailure } from '../failure.ts'
import type { Peeked } from '../tables/peek.ts'
import { CHUNK_ROWS, type TableChunks, type TableOptions, type TableRows } from '../tables/table.ts'
import { telling } from '../tables/unpack.ts'
import { decodeText, NOT_UTF8 } from './decode-text.ts'
import { openCsvContent } from './open-content.ts'

const BYTE_ORDER_MARK = '\ufeff'

/**
 * Parses a CSV file, which may be compressed, a chunk of rows at a time. UTF-8 with or without a byte order mark, rows
 * as `readRow` and `RowSplitter` read them.
 * @param uri the name of the file in failures
 * @throws JobFailure naming the line where it is not CSV or not UTF-8, after the rows before it
 */
export async function* parseCsv(uri: string, content: Peeked, unpacked: TableOptions['unpacked']): TableChunks {
  const splitter = new RowSplitter()
  let isFirst = true
  for await (const { text, isBroken } of decodeText(telling(openCsvContent(uri, content), unpacked))) {
    const read = splitter.add(isFirst && text.startsWith(BYTE_ORDER_MARK) ? text.slice(1) : text)
    if (text !== '') isFirst = false
    yield* inChunks(uri, read)
    if (isBroken) throw new JobFailure(`${uri} line ${splitter.lastLine}: ${NOT_UTF8}`)
  }
  yield* inChunks(uri, splitter.end())
}

function* inChunks(uri: string, { rows, lines, fault }: ReturnType<RowSplitter['add']>): Generator<TableRows> {
  for (let from = 0; from < rows.length; from += CHUNK_ROWS) {
    const to = from + CHUNK_ROWS
    yield { rows: rows.slice(from, to), numbers: lines.slice(from, to) }
  }
  if (fault) throw new JobFailure(`${uri} line ${fault.line}: ${fault.problem}`)
}
