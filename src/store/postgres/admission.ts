import type { ClientBase } from 'pg'
import type { Migration } from '../migrations.ts'
import { StoreError } from '../store.ts'
import { UNDEFINED_TABLE } from './retries.ts'

const OLDEST = { text: 'SELECT number FROM oldest_server', query_timeout: 15_000 }

const OUTGROWN =
  'a newer version of personalite has brought the database up to date, and this version cannot follow: start the newer one'

/**
 * Whether this version may use the database. Each new connection asks before its first use. A migration that older
 * servers cannot follow first writes down the oldest that can, and then ends the connections of all. So nothing that an
 * older server writes comes after it.
 */
export interface Admission {
  /** @throws StoreError `unavailable` where the database has moved beyond this version */
  readonly admit: (client: ClientBase) => Promise<void>
  /** Why this version can use the database no more. */
  readonly refusal: () => string | undefined
  /** Resolves, with the reason, when the database has moved beyond this version. */
  readonly outgrown: Promise<Error>
}

/** @param known the migrations that this version knows */
export function openAdmission(known: readonly Migration[]): Admission {
  const own = known.at(-1)!.number
  const { promise: outgrown, resolve } = Promise.withResolvers<Error>()
  let refusal: string | undefined
  return {
    outgrown,
    refusal: () => refusal,
    async admit(client) {
      if ((await oldestServer(client)) > own) {
        refusal = OUTGROWN
        resolve(new StoreError('unavailable', OUTGROWN))
      }
      // For good: a database that was restored is opened anew.
      if (refusal !== undefined) throw new StoreError('unavailable', refusal)
    },
  }
}

/** The number of the oldest servers that may use the database; 0 of one that does not say. */
export async function oldestServer(client: ClientBase): Promise<number> {
  try {
    const { rows } = await client.query<{ number: number }>(OLDEST)
    return rows[0]?.number ?? 0
  } catch (error) {
    if ((error as { code?: string }).code !== UNDEFINED_TABLE) throw error
    return 0 // before the first migration
  }
}
