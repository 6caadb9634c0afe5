import type { AsyncBuffer, FileMetaData } from 'hyparquet'
import { parquetHeader } from 'hyparquet/src/column.js'
import { quote } from '../../datasets/values.ts'
import { checkRuns } from './check-runs.ts'
import type { ParquetColumn } from './columns.ts'

type RowGroup = FileMetaData['row_groups'][number]
type ColumnChunk = RowGroup['columns'][number]

/** The most that the columns of a group of rows may have, as they are in the file: they are in memory together. */
const GROUP_BYTES = 1 << 30

/**
 * Checks how many values the pages of a group of rows say they have, before they are decoded. The library makes room
 * for as many, and a damaged page may say a billion.
 * @throws Error that names the column
 */
export async function checkGroup(
  content: AsyncBuffer,
  group: RowGroup,
  columns: readonly ParquetColumn[],
): Promise<void> {
  const chunks = group.columns.flatMap(chunk => {
    const column = columns.find(({ name }) => name === chunk.meta_data?.path_in_schema[0])
    return column ? [{ ...chunk, column }] : []
  })
  const bytes = chunks.reduce((sum, { meta_data }) => sum + Number(meta_data!.total_compressed_size), 0)
  if (bytes > GROUP_BYTES) {
    throw new Error(`a group of rows has ${bytes} bytes, and ${GROUP_BYTES} are the most: write smaller groups`)
  }
  for (const chunk of chunks) await checkColumn(content, group, chunk)
}

async function checkColumn(
  content: AsyncBuffer,
  { num_rows }: RowGroup,
  { meta_data, column }: ColumnChunk & { readonly column: ParquetColumn },
): Promise<void> {
  const { dictionary_page_offset, data_page_offset, total_compressed_size, num_values, codec } = meta_data!
  const start = dictionary_page_offset || data_page_offset
  const view = new DataView(await content.slice(Number(start), Number(start + total_compressed_size)))
  const reader = { view, offset: 0 }
  let values = 0
  // The library reads as long as this.
  while (values < Number(num_values) && reader.offset < view.byteLength - 1) {
    const header = parquetHeader(reader)
    const { compressed_page_size: size, data_page_header: first, data_page_header_v2: second } = header
    const { num_values: found = 0 } = first ?? second ?? {}
    const entries = header.dictionary_page_header?.num_values ?? 0
    const isWhole = reader.offset + size <= view.byteLength && entries <= header.uncompressed_page_size
    if (!isWhole || !countsOf(header).every(isCount)) break
    values += found
    const bytes = new Uint8Array(view.buffer, reader.offset, size)
    const isCompressed = codec !== 'UNCOMPRESSED' && second?.is_compressed !== false
    if (values <= Number(num_values)) checkRuns({ header, bytes, isCompressed }, column.levels)
    reader.offset += size
  }
  if (values !== Number(num_values) || (!column.isList && num_values !== num_rows))
    throw new Error(`the column ${quote(column.name)} has ${values} values in its pages, not ${num_values}`)
}

const isCount = (value: unknown) => Number.isSafeInteger(value) && (value as number) >= 0

/** The counts of a page that must be there: a damaged header may lack some, or have negative ones. */
function countsOf(header: ReturnType<typeof parquetHeader>): readonly unknown[] {
  const { data_page_header: first, data_page_header_v2: second, dictionary_page_header: dictionary } = header
  return [
    header.compressed_page_size,
    header.uncompressed_page_size,
    ...(first ? [first.num_values] : []),
    ...(second ? [second.num_values, second.num_nulls, second.num_rows] : []),
    ...(second ? [second.repetition_levels_byte_length, second.definition_levels_byte_length] : []),
    ...(dictionary ? [dictionary.num_values] : []),
  ]
}
