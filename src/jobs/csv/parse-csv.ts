import { type CsvError, type Options, Parser } from 'csv-parse'
import { JobFailure } from '../failure.ts'
import { type Cleaned, createCleaner } from './clean-text.ts'
import { type CsvRows, PlainLines } from './plain-lines.ts'

const ROW_MAX = 1 << 20

/**
 * How files are parsed. UTF-8 with or without a byte order mark, LF or CRLF; blank lines are skipped; whether a row has
 * as many cells as the header is checked with its values. A row is at most 1 MiB, so that a quote that is never closed
 * does not fill the memory.
 */
export const CSV_OPTIONS: Options = {
  bom: true,
  record_delimiter: ['\r\n', '\n'],
  relax_column_count: true,
  skip_empty_lines: true,
  max_record_size: ROW_MAX,
}

/** Rows given at once: some 1 ms of work, so that the thread is seldom deaf to the store's answers for longer. */
const CHUNK_ROWS = 400

const QUOTE = '"'
const BYTE_ORDER_MARK = '\ufeff'
const decoder = new TextDecoder('utf-8', { ignoreBOM: true })

/**
 * Parses a CSV file a chunk of rows at a time. Up to the first quote a line is cells between commas, which is all there
 * is to most files of ids and numbers; from there on csv-parse reads it.
 * @param uri what failures call it
 * @throws JobFailure naming the line where it is not CSV or not UTF-8
 */
export async function* parseCsv(uri: string, content: AsyncIterable<Uint8Array>): AsyncGenerator<CsvRows> {
  const plain = new PlainLines()
  let quoted: RowParser | undefined
  let isFirst = true

  const read = async (cleaned: string): Promise<CsvRows> => {
    const text = isFirst && cleaned.startsWith(BYTE_ORDER_MARK) ? cleaned.slice(1) : cleaned
    if (text !== '') isFirst = false
    if (!quoted && !text.includes(QUOTE)) {
      const rows = plain.add(text)
      if (plain.rest.length > ROW_MAX) throw new JobFailure(`${uri} line ${plain.count + 1}: ${TOO_LONG}`)
      return rows
    }
    const before = quoted ? '' : plain.rest
    quoted ??= new RowParser(uri, plain.count)
    return quoted.add(before + text)
  }
  const finish = async () => (quoted ? quoted.finish() : plain.end())

  for await (const { text, isBroken } of cleanText(content)) {
    yield* inChunks(await read(decoder.decode(text)))
    if (!isBroken) continue
    yield* inChunks(await finish())
    throw new JobFailure(`${uri} line ${quoted ? quoted.line : plain.count + 1}: the text is not UTF-8`)
  }
  yield* inChunks(await finish())
}

async function* cleanText(content: AsyncIterable<Uint8Array>): AsyncGenerator<Cleaned> {
  const cleaner = createCleaner()
  for await (const chunk of content) yield cleaner.clean(chunk)
  yield cleaner.end()
}

function* inChunks({ rows, lines }: CsvRows): Generator<CsvRows> {
  for (let from = 0; from < rows.length; from += CHUNK_ROWS) {
    const to = from + CHUNK_ROWS
    yield { rows: rows.slice(from, to), lines: lines.slice(from, to) }
  }
}

/** Gathers the rows of a chunk of text while it is written: as a stream of objects it would be a fifth slower. */
class RowParser extends Parser {
  #read: CsvRows = { rows: [], lines: [] }
  readonly #uri: string
  /** Add to csv-parse's count: the lines before what it was given, less those that it counted twice. */
  #linesMore: number

  constructor(uri: string, linesBefore: number) {
    super({ ...CSV_OPTIONS, bom: false }) // what it is given is not always the beginning of the file
    this.#uri = uri
    this.#linesMore = linesBefore
    this.on('error', () => {}) // `add` and `finish` tell of it
  }

  override push(row: string[] | null): boolean {
    if (row) {
      const isOfSeveral = this.line > (this.#read.lines.at(-1) ?? 0) + 1
      if (isOfSeveral) this.#linesMore -= countTwice(row)
      this.#read.rows.push(row)
      this.#read.lines.push(this.line)
    }
    return true
  }

  /** Where it is: the line on which the row that was read last ends, or the one after it. */
  get line(): number {
    return this.#linesMore + this.info.lines
  }

  async add(text: string): Promise<CsvRows> {
    await new Promise<void>((resolve, reject) => {
      this.write(text, error => (error ? reject(this.#explain(error)) : resolve()))
    })
    return this.#give()
  }

  async finish(): Promise<CsvRows> {
    await new Promise<void>((resolve, reject) => {
      this.once('error', error => reject(this.#explain(error))).end(resolve)
    })
    return this.#give()
  }

  #give(): CsvRows {
    const read = this.#read
    this.#read = { rows: [], lines: [] }
    return read
  }

  #explain(error: Error): JobFailure {
    const problem = problems[(error as CsvError).code] ?? error.message
    return new JobFailure(`${this.#uri} line ${this.line}: ${problem}`)
  }
}

/** Of the two line ends that it knows, csv-parse counts in a quoted cell both where there is the longer one. */
function countTwice(row: readonly string[]): number {
  return row.reduce((count, cell) => count + cell.split('\r\n').length - 1, 0)
}

const TOO_LONG = 'the row is longer than 1 MiB: a quote may not be closed'

const problems: Readonly<Record<string, string>> = {
  CSV_INVALID_CLOSING_QUOTE: 'a quoted cell must end with its quote; for a quote in it write \\" or ""',
  INVALID_OPENING_QUOTE: 'a cell with a quote in it must be in quotes, and the quote in it written \\" or ""',
  CSV_QUOTE_NOT_CLOSED: 'a quote that was opened here or before is not closed',
  CSV_MAX_RECORD_SIZE: TOO_LONG,
}
