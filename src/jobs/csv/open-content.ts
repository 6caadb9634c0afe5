import { JobFailure } from '../failure.ts'
import type { Peeked } from '../tables/peek.ts'
import { compressionOf, unpack } from '../tables/unpack.ts'

/** A byte order mark and blanks, which text may begin with. */
const BLANKS = '(efbbbf)?(09|0a|0d|20)*'

/** By their first bytes, in hexadecimal: files that are no CSV in UTF-8, and the remedy. */
const kinds: readonly (readonly [start: RegExp, what: string])[] = [
  [/^504b0304/, 'a zip file, as Excel workbooks (.xlsx) are: save it as CSV UTF-8, or compress it with gzip'],
  [/^d0cf11e0/, 'an Excel workbook (.xls): save it as CSV UTF-8'],
  [/^(fffe|feff|(?!00)..00(?!00)..00|00(?!00)..00(?!00))/, 'UTF-16: save it as UTF-8 (in Excel, CSV UTF-8)'],
  [/^50415231/, 'Parquet, which has a compression of its own: upload it as it is'],
  [/^50415245/, 'encrypted Parquet: write it without encryption'],
  [/^(4f5243|4f626a01|4152524f57310000)/, 'ORC, Avro or Arrow (Feather): write it as CSV or Parquet'],
  [/^(425a68|fd377a58|377abcaf)/, 'compressed (bzip2, xz or 7z): compress it with gzip or zstd, or not'],
  [/^(25504446|53514c69|89504e47)/, 'a PDF, a database or a picture: write it as CSV'],
  [RegExp(`^${BLANKS}(5b|7b)`), 'JSON: write it as CSV, with a header and a row for each object'],
  [RegExp(`^${BLANKS}3c(21|3f|[4-7])`), 'HTML or XML, as the page of an error is: write it as CSV'],
]

/**
 * The content of a CSV file, decompressed (`unpack`).
 * @param uri the name of the file in failures
 * @throws JobFailure for a file that is something else by its first bytes, or damaged
 */
export function openCsvContent(uri: string, content: Peeked): AsyncGenerator<Uint8Array> {
  return unpack(uri, content, assertCsv)
}

function assertCsv(uri: string, head: string): void {
  const compression = compressionOf(head)
  const found = compression
    ? `${compression} in another compression: compress it once`
    : kinds.find(([start]) => start.test(head))?.[1]
  if (found) throw new JobFailure(`${uri} must be CSV in UTF-8, and is ${found}`)
}
