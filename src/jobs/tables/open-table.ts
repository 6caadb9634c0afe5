import type { RowSource } from '../../datasets/row-place.ts'
import { parseCsv } from '../csv/parse-csv.ts'
import { peek } from './peek.ts'
import type { TableChunks, TableFile, TableOptions } from './table.ts'

/** How each Parquet file begins: PAR1. */
const PARQUET = /^50415231/

/**
 * Opens a file of rows, whose first bytes tell the format; its name does not matter.
 * @throws JobFailure, also while it is read
 */
export async function openTable(
  file: TableFile,
  options: TableOptions,
): Promise<Pick<RowSource, 'unit'> & { readonly chunks: TableChunks }> {
  const { head, whole, close } = await peek(file.read())
  if (!PARQUET.test(head)) return { unit: 'line', chunks: parseCsv(file.uri, { head, whole }, options.unpacked) }
  await close()
  const { parseParquet } = await import('../parquet/parse-parquet.ts')
  return { unit: 'row', chunks: parseParquet(file, options) }
}
