import type { ClientBase } from 'pg'
import type { Migration } from '../migrations.ts'
import { StoreError } from '../store.ts'
import { UNDEFINED_TABLE } from './retries.ts'

const LOOK = {
  text: `SELECT number, to_regclass('pg_dist_partition') IS NOT NULL AS "hasCitus" FROM oldest_server`,
  query_timeout: 15_000,
}
/** Whether tables are spread over the nodes, or begin to be: `distribute.ts` takes this one first. */
const IS_SPREAD = {
  text: "SELECT FROM pg_dist_partition WHERE logicalrelid = to_regclass('dataset_state')",
  query_timeout: 15_000,
}

const OUTGROWN =
  'a newer version of personalite has brought the database up to date, and this version cannot follow: start the newer one'

const SPREAD_SINCE =
  'the tables have been spread over the nodes of Citus since this process started, and it would use them as plain ones: start it again'

/**
 * Whether this version may use the database. Each new connection asks before its first use. A migration that older
 * servers cannot follow first writes down the oldest that can, and then ends the connections of all. So nothing that an
 * older server writes comes after it. In the same way a server that found plain tables stops when they are spread.
 */
export interface Admission {
  /** @throws StoreError `unavailable` where the database has moved beyond this version */
  readonly admit: (client: ClientBase) => Promise<void>
  /** Why this version can use the database no more. */
  readonly refusal: () => string | undefined
  /** Resolves, with the reason, when the database has moved beyond this version. */
  readonly outgrown: Promise<Error>
}

/**
 * @param known the migrations that this version knows
 * @param spread whether its tables were spread over nodes when it was started
 */
export function openAdmission(known: readonly Migration[], spread: boolean): Admission {
  const own = known.at(-1)!.number
  const reasonAgainst = async (client: ClientBase) => {
    const { number, hasCitus } = await lookIn(client)
    if (number > own) return OUTGROWN
    if (spread || !hasCitus) return undefined
    return (await client.query(IS_SPREAD)).rowCount === 1 ? SPREAD_SINCE : undefined
  }
  const { promise: outgrown, resolve } = Promise.withResolvers<Error>()
  let refusal: string | undefined
  return {
    outgrown,
    refusal: () => refusal,
    async admit(client) {
      const reason = await reasonAgainst(client)
      if (reason !== undefined) {
        refusal = reason
        resolve(new StoreError('unavailable', reason))
      }
      // For good: a database that was restored is opened anew.
      if (refusal !== undefined) throw new StoreError('unavailable', refusal)
    },
  }
}

/** The number of the oldest servers that may use the database; 0 of one that does not say. */
export async function oldestServer(client: ClientBase): Promise<number> {
  return (await lookIn(client)).number
}

interface Found {
  readonly number: number
  readonly hasCitus: boolean
}

async function lookIn(client: ClientBase): Promise<Found> {
  const nothing: Found = { number: 0, hasCitus: false }
  try {
    return (await client.query<Found>(LOOK)).rows[0] ?? nothing
  } catch (error) {
    if ((error as { code?: string }).code !== UNDEFINED_TABLE) throw error
    return nothing // before the first migration
  }
}
