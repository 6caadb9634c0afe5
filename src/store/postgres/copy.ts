import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { PoolClient } from 'pg'
import { from } from 'pg-copy-streams'
import { JOB_STATEMENT_MS } from './connections.ts'
import { type Database, UNIQUE } from './database.ts'

/**
 * Adds rows with COPY, the fastest way in. It knows no ON CONFLICT. If a row is there already, which is rare in a file,
 * the rows go in by way of a table of their own.
 * @param lines the rows as COPY reads them, all columns in their order, each key once
 * @param onConflict the clause for a row that is there, of these `key` columns
 */
export async function copy(
  db: Database,
  table: 'records' | 'interactions',
  lines: readonly string[],
  onConflict: string,
  key = '',
): Promise<void> {
  if (lines.length === 0) return
  const text = Buffer.from(lines.join(''))
  try {
    await db.transaction(client => copyInto(client, table, text))
  } catch (error) {
    if (!OTHER_WAY.includes((error as { code?: string }).code ?? '')) throw error
    await db.transaction(async client => {
      await client.query(`CREATE TEMPORARY TABLE copied (LIKE ${table}) ON COMMIT DROP`)
      await copyInto(client, 'copied', text)
      await client.query(`INSERT INTO ${table} SELECT * FROM copied ON CONFLICT ${key} ${onConflict}`)
    })
  }
}

/** @throws Error as of a lost connection, where the database does not take the rows in time */
async function copyInto(client: PoolClient, table: string, text: Buffer): Promise<void> {
  const signal = AbortSignal.timeout(JOB_STATEMENT_MS)
  try {
    await pipeline(Readable.from([text]), client.query(from(`COPY ${table} FROM STDIN`)), { signal })
  } catch (error) {
    throw signal.aborted ? Object.assign(new Error('COPY got no answer in time'), { code: LOST }) : error
  }
}

/** SQL's code of a lost connection. */
const LOST = '08006'

/** The second is the answer of Citus, whatever the reason. If it is another one, the other way fails by it too. */
const OTHER_WAY = [UNIQUE, 'XX000']

/** A null as COPY reads it. */
export const NULL = '\\N'

/** A text as COPY reads it (PostgreSQL's text format). */
export function escaped(text: string): string {
  return SPECIAL.test(text) ? text.replace(EVERY_SPECIAL, character => ESCAPED[character]!) : text
}

const SPECIAL = /[\\\n\r\t]/
const EVERY_SPECIAL = /[\\\n\r\t]/g
const ESCAPED: Readonly<Record<string, string>> = { '\\': '\\\\', '\n': '\\n', '\r': '\\r', '\t': '\\t' }
