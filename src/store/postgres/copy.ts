import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { PoolClient } from 'pg'
import { from } from 'pg-copy-streams'
import { cutOff, JOB_STATEMENT_MS, timed } from './connections.ts'
import { type Database, UNIQUE } from './database.ts'

/** Rows of one COPY, some 50 ms, so that its commit costs little. Nobody waits: puts have other connections. */
export const ROWS_AT_ONCE = 10_000

/**
 * Adds rows with COPY, the fastest way in. It knows no ON CONFLICT. If a row is there already, which is rare in a file,
 * the rows go in by way of a table of their own.
 * @param rows as COPY reads them (`CopyRows`), all columns in their order, each key once
 * @param onConflict the clause for a row that is there, of these `key` columns
 */
export async function copy(
  db: Database,
  table: 'records' | 'interactions',
  rows: Uint8Array,
  onConflict: string,
  key = '',
): Promise<void> {
  try {
    await db.transaction(client => copyInto(client, table, rows))
  } catch (error) {
    if (!OTHER_WAY.includes((error as { code?: string }).code ?? '')) throw error
    await db.transaction(async client => {
      await client.query(timed(`CREATE TEMPORARY TABLE copied (LIKE ${table}) ON COMMIT DROP`))
      await copyInto(client, 'copied', rows)
      const insert = `INSERT INTO ${table} SELECT * FROM copied ON CONFLICT ${key} ${onConflict}`
      await client.query(timed(insert, JOB_STATEMENT_MS))
    })
  }
}

/** Cuts the connection where the database does not take the rows in time: COPY itself would wait for its word. */
async function copyInto(client: PoolClient, table: string, rows: Uint8Array): Promise<void> {
  const late = setTimeout(() => cutOff(client), JOB_STATEMENT_MS)
  try {
    await pipeline(Readable.from([rows]), client.query(from(`COPY ${table} FROM STDIN (FORMAT binary)`)))
  } finally {
    clearTimeout(late)
  }
}

/** The second is the answer of Citus, whatever the reason. If it is another one, the other way fails by it too. */
const OTHER_WAY = [UNIQUE, 'XX000']
