import { pipeline } from 'node:stream'
import { createGunzip } from 'node:zlib'
import { JobFailure } from '../failure.ts'

/** This many bytes tell the kind of a file. */
const HEAD_BYTES = 8
const GZIP = /^1f8b/
/** A byte order mark and blanks, which text may begin with. */
const BLANKS = '(efbbbf)?(09|0a|0d|20)*'

/** By their first bytes, in hexadecimal: files that are no CSV in UTF-8, and the remedy. */
const kinds: readonly (readonly [start: RegExp, what: string])[] = [
  [GZIP, 'gzip in gzip: compress it once'],
  [/^504b0304/, 'a zip file, as Excel workbooks (.xlsx) are: save it as CSV UTF-8, or compress it with gzip'],
  [/^d0cf11e0/, 'an Excel workbook (.xls): save it as CSV UTF-8'],
  [/^(fffe|feff|(?!00)..00(?!00)..00|00(?!00)..00(?!00))/, 'UTF-16: save it as UTF-8 (in Excel, CSV UTF-8)'],
  [/^50415231/, 'Parquet: write it as CSV'],
  [/^(4f5243|4f626a01)/, 'ORC or Avro: write it as CSV'],
  [/^(425a68|28b52ffd|fd377a58|377abcaf)/, 'compressed (bzip2, zstd, xz or 7z): compress it with gzip, or not'],
  [/^(25504446|53514c69|89504e47)/, 'a PDF, a database or a picture: write it as CSV'],
  [RegExp(`^${BLANKS}(5b|7b)`), 'JSON: write it as CSV, with a header and a row for each object'],
  [RegExp(`^${BLANKS}3c(21|3f|[4-7])`), 'HTML or XML, as the page of an error is: write it as CSV'],
]

/**
 * The content of a CSV file, decompressed if it is gzip; its name does not matter. No text is kept once read, so that a
 * small file that becomes a huge one costs time alone.
 * @param uri the name of the file in failures
 * @throws JobFailure for a file that is something else by its first bytes, or gzip that is damaged
 */
export async function* openCsvContent(uri: string, content: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const { head, whole } = await peek(content)
  if (!GZIP.test(head)) {
    assertCsv(uri, head)
    yield* whole
    return
  }
  try {
    const unzipped = await peek(pipeline(whole, createGunzip({ chunkSize: 1 << 16 }), () => {}))
    assertCsv(`${uri} (decompressed)`, unzipped.head)
    yield* unzipped.whole
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    if (code === 'Z_BUF_ERROR') throw new JobFailure(`${uri} is gzip whose end is missing: upload it again`)
    throw code?.startsWith('Z_') ? new JobFailure(`${uri} is gzip, but damaged: ${message}`) : error
  }
}

function assertCsv(uri: string, head: string): void {
  const found = kinds.find(([start]) => start.test(head))
  if (found) throw new JobFailure(`${uri} must be CSV in UTF-8, and is ${found[1]}`)
}

/** The first bytes, in hexadecimal, and all of the content. */
async function peek(content: AsyncIterable<Uint8Array>) {
  const chunks = content[Symbol.asyncIterator]()
  let first: Uint8Array = Buffer.alloc(0)
  let next = await chunks.next()
  for (; !next.done && first.length + next.value.length < HEAD_BYTES; next = await chunks.next()) {
    first = Buffer.concat([first, next.value])
  }
  if (!next.done) first = first.length > 0 ? Buffer.concat([first, next.value]) : next.value
  const whole = async function* () {
    try {
      yield first
      for (let chunk = await chunks.next(); !chunk.done; chunk = await chunks.next()) yield chunk.value
    } finally {
      await chunks.return?.()
    }
  }
  return { head: Buffer.from(first.subarray(0, HEAD_BYTES)).toString('hex'), whole: whole() }
}
