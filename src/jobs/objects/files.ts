import { InvalidInputException } from '../../contract/errors.ts'
import { JobFailure } from '../failure.ts'
import { openTable } from '../tables/open-table.ts'
import { type Objects, parseLocation, tableOf, uriOf } from './objects.ts'
import { type ObjectsOptions, openObjects } from './open.ts'
import { openUploads, type Uploads } from './uploads.ts'

/** As many rows tell what a column holds. */
const PEEK_ROWS = 500

/** The beginning of the file at a location, or of the first file of the folder there. */
export interface Peek {
  readonly location: string
  /** In bytes, of all files there. */
  readonly size: number
  readonly files: number
  /** The first is the header. */
  readonly rows: readonly (readonly string[])[]
  /** The line on which each begins; of Parquet the number of the row, and 0 for the header. */
  readonly lines: readonly number[]
  /** Whether these are all rows of the file. */
  readonly isAll: boolean
}

/** The files that jobs read, as a request sees them. */
export interface Files {
  /**
   * @throws InvalidInputException where there is no file, or it is no CSV or Parquet; in the words in which a job would
   *   fail
   */
  peek(location: string): Promise<Peek>
  /** Undefined where files are in S3. */
  readonly uploads: Uploads | undefined
}

/** Opens the place of files. */
export function openFiles(options: ObjectsOptions): Files {
  let objects: Promise<Objects> | undefined
  return {
    async peek(location) {
      objects ??= openObjects(options)
      try {
        return await peek(await objects, location)
      } catch (error) {
        throw error instanceof JobFailure ? new InvalidInputException(error.message) : error
      }
    },
    uploads: options.s3 === 'folder' ? openUploads(`${options.dataDir}/s3`) : undefined,
  }
}

async function peek(objects: Objects, location: string): Promise<Peek> {
  const found = await objects.list(parseLocation('location', location), 'first level')
  const first = found.find(({ size }) => size > 0) ?? found[0]!
  const rows: string[][] = []
  const lines: number[] = []
  let isAll = true
  const { chunks } = await openTable(tableOf(objects, first), {})
  for await (const chunk of chunks) {
    rows.push(...chunk.rows)
    lines.push(...chunk.numbers)
    isAll = rows.length <= PEEK_ROWS
    if (!isAll) break
  }
  const size = found.reduce((sum, file) => sum + file.size, 0)
  const shown = { rows: rows.slice(0, PEEK_ROWS), lines: lines.slice(0, PEEK_ROWS) }
  return { location: uriOf(first), size, files: found.length, ...shown, isAll }
}
