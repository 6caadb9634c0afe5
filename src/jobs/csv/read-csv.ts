import { InvalidInputException } from '../../contract/errors.ts'
import { JobFailure } from '../failure.ts'
import { parseCsv } from './parse-csv.ts'
import type { CsvRows } from './plain-lines.ts'

/** Makes of a row of cells what it means. @throws InvalidInputException naming the column */
export type ReadRow<Row> = (cells: readonly string[]) => Row

/**
 * Reads a CSV file in chunks of rows.
 * @param uri what failures call it
 * @param compile checks the header; throws InvalidInputException
 * @throws JobFailure naming the file, the line, the column and what is wrong
 */
export async function* readCsv<Row>(
  uri: string,
  content: AsyncIterable<Uint8Array>,
  compile: (header: readonly string[]) => ReadRow<Row>,
): AsyncGenerator<readonly Row[]> {
  let read: ReadRow<Row> | undefined
  for await (const { rows, lines } of parseCsv(uri, content)) {
    if (!read) {
      const first = { rows: rows.splice(0, 1), lines: lines.splice(0, 1) }
      read = readAll(uri, first, compile)[0]!
    }
    yield readAll(uri, { rows, lines }, read)
  }
  if (!read) throw new JobFailure(`${uri} is empty: its first line must name the columns`)
}

function readAll<Row>(uri: string, { rows, lines }: CsvRows, read: ReadRow<Row>): Row[] {
  const made: Row[] = []
  try {
    for (const row of rows) made.push(read(row))
  } catch (error) {
    if (!(error instanceof InvalidInputException)) throw error
    throw new JobFailure(`${uri} line ${lines[made.length]}: ${error.message}`)
  }
  return made
}
