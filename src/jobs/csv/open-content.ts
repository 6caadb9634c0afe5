import { JobFailure } from '../failure.ts'
import type { Peeked } from '../tables/peek.ts'
import { compressionOf, unpack } from '../tables/unpack.ts'

/** A byte order mark and blanks, which text may begin with. */
const BLANKS = '(efbbbf)?(09|0a|0d|20)*'

/** A kind of file by its first bytes, in hexadecimal, and the remedy where CSV is wanted. */
type Kind = readonly [start: RegExp, what: string, remedy: string]

/** Files that are no text in UTF-8, or no data. */
const kinds: readonly Kind[] = [
  [/^504b0304/, 'a zip file, as Excel workbooks (.xlsx) are', ': save it as CSV UTF-8, or compress it with gzip'],
  [/^d0cf11e0/, 'an Excel workbook (.xls)', ': save it as CSV UTF-8'],
  [/^(fffe0000|0000feff)/, 'UTF-32', ': save it as UTF-8'],
  [/^(fffe|feff|(?!00)..00(?!00)..00|00(?!00)..00(?!00))/, 'UTF-16', ': save it as UTF-8 (in Excel, CSV UTF-8)'],
  [/^50415231/, 'Parquet', ', which has a compression of its own: upload it as it is'],
  [/^50415245/, 'encrypted Parquet', ': write it without encryption'],
  [/^(4f5243|4f626a01|4152524f57310000)/, 'ORC, Avro or Arrow (Feather)', ': write it as CSV or Parquet'],
  [/^(425a68|fd377a58|377abcaf)/, 'compressed (bzip2, xz or 7z)', ': compress it with gzip or zstd, or not'],
  [
    /^(04224d18|ff060000734e6150|1f9d|78(01|9c|da))/,
    'compressed (LZ4, Snappy, zlib or compress)',
    ': compress it with gzip or zstd, or not',
  ],
  [/^(25504446|53514c69|89504e47)/, 'a PDF, a database or a picture', ': write it as CSV'],
  [/^(80(02|03|04|05)|934e554d5059|89484446)/, 'a file of Python, NumPy or HDF5', ': write it as CSV or Parquet'],
  [RegExp(`^${BLANKS}3c(21|3f|[4-7])`), 'HTML or XML, as the page of an error is', ': write it as CSV'],
]

const json: Kind = [RegExp(`^${BLANKS}(5b|7b)`), 'JSON', ': write it as CSV, with a header and a row for each object']

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
    : [...kinds, json]
        .find(([start]) => start.test(head))
        ?.slice(1)
        .join('')
  if (found) throw new JobFailure(`${uri} must be CSV in UTF-8, and is ${found}`)
}

/** Checks the first bytes of a file of lines of JSON. @throws JobFailure for one that is something else by them */
export function assertLines(uri: string, head: string): void {
  const found = kinds.find(([start]) => start.test(head))
  if (found) throw new JobFailure(`${uri} must have a JSON object on each line, in UTF-8, and is ${found[1]}`)
}
