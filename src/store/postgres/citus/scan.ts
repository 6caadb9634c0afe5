import type { Client } from 'pg'
import { compareBytes } from '../../order.ts'
import { type ConnectionOptions, connectAlone, end, explained, persistently } from '../connections.ts'
import type { Database, SqlRow, Statement, Values } from '../database.ts'
import { GENERATION } from '../tables/datasets.ts'
import { atNode } from './nodes.ts'
import type { UnderWay } from './under-way.ts'

/** The scans that go from shard to shard, and the column in whose order their rows come. */
const ORDERS: Readonly<Record<string, { readonly table: string; readonly key: string }>> = {
  'records.scan': { table: 'records', key: 'id' },
  'interactions.scan': { table: 'interactions', key: 'user_id' },
  'interactions.scanUsers': { table: 'interactions', key: 'user_id' },
}

const ROWS_AT_ONCE = 1000

const SHARDS = {
  name: 'spread scan.shards',
  text: `
    SELECT shard.shardid AS shard, node.nodename AS name, node.nodeport AS port
    FROM pg_dist_shard AS shard JOIN pg_dist_placement AS placement USING (shardid)
    JOIN pg_dist_node AS node ON node.groupid = placement.groupid AND node.noderole = 'primary'
    WHERE shard.logicalrelid = to_regclass($1) ORDER BY shard.shardid`,
}

interface Shard {
  readonly shard: number
  readonly name: string
  readonly port: number
}

/**
 * Returns a `Database.scan` of one moment across nodes. On each node a transaction sees the rows of that moment, and a
 * cursor a shard reads them as they are needed: Citus itself would gather all rows before it returned the first. The
 * cursors' rows are merged.
 */
export function spreadScan(url: string, options: ConnectionOptions, coordinator: Database, underWay: UnderWay) {
  return async function* scan<Found extends object = SqlRow>(
    statement: Statement,
    values: Values,
  ): AsyncGenerator<Found> {
    const order = ORDERS[statement.name]
    if (!order) return yield* coordinator.scan<Found>(statement, values)
    const nodes = async () => {
      const shards = await coordinator.query<Shard>(SHARDS, [order.table])
      return Map.groupBy(shards, ({ name, port }) => atNode(url, name, port))
    }
    const opened = new Map<string, Client>()
    const connect = async (node: string) => {
      const client = opened.get(node) ?? (await persistently(() => connectAlone(node, options)))
      opened.set(node, client)
      return client
    }
    try {
      await Promise.all([...(await nodes()).keys()].map(connect))
      const found = await underWay.atOneMoment(async () => {
        // A shard that moves to another node just now has all rows where it was: no write is under way.
        const now = [...(await nodes())]
        return Promise.all(
          now.map(async ([node, shards]) => {
            const client = await connect(node)
            return { client, shards, generation: await beginAt(client, values[0] as number) }
          }),
        )
      })
      const openAll = async ({ client, shards, generation }: (typeof found)[number]) => {
        const cursors: Cursor<Found>[] = []
        for (const { shard } of shards) {
          const text = ofShard(statement.text, order.table, shard, [...values, generation])
          const cursor = await openCursor<Found>(client, `of_${shard}`, text, order.key)
          if (cursor) cursors.push(cursor)
        }
        return cursors
      }
      yield* merged((await Promise.all(found.map(openAll))).flat())
    } catch (error) {
      throw explained(error)
    } finally {
      await Promise.all([...opened.values()].map(end))
    }
  }
}

/** Begins a transaction that sees this moment. Returns the bulk generation of the dataset that readers see. */
async function beginAt(client: Client, dataset: number): Promise<number | null> {
  // A reader may take its time over the rows.
  await client.query('SET idle_in_transaction_session_timeout = 0')
  await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY')
  const { rows } = await client.query<{ generation: number | null }>(
    `SELECT ${GENERATION.replace('$1', String(dataset))} AS generation`,
  )
  return rows[0]!.generation
}

/** The statement, with its values in it, for one shard; the last value is the generation. */
function ofShard(text: string, table: string, shard: number, values: Values): string {
  const literal = (value: unknown) => {
    if (value === null || value === undefined) return 'NULL'
    return typeof value === 'number' ? String(value) : `'${String(value).replaceAll("'", "''")}'`
  }
  return text
    .replaceAll(GENERATION, literal(values.at(-1)))
    .replaceAll(new RegExp(`\\b(FROM|JOIN) ${table}\\b`, 'g'), `$1 ${table}_${shard}`)
    .replaceAll(/\$(\d+)/g, (_, number) => literal(values[Number(number) - 1]))
}

/** The rows of a shard, in the order of a key. */
interface Cursor<Found> {
  readonly row: Found
  readonly key: string
  /** Returns whether there is another row. */
  next(): Promise<boolean>
}

/** Returns undefined where the shard has no row. */
async function openCursor<Found extends object>(
  client: Client,
  name: string,
  text: string,
  key: string,
): Promise<Cursor<Found> | undefined> {
  await client.query(`DECLARE ${name} NO SCROLL CURSOR FOR ${text}`)
  let rows: readonly Found[] = []
  let at = -1
  const cursor = {
    get row() {
      return rows[at]!
    },
    get key() {
      return (rows[at] as SqlRow)[key] as string
    },
    async next() {
      if (++at < rows.length) return true
      rows = (await client.query<Found>(`FETCH ${ROWS_AT_ONCE} FROM ${name}`)).rows
      at = 0
      return rows.length > 0
    },
  }
  return (await cursor.next()) ? cursor : undefined
}

/** The rows of all cursors in the order of their keys. No key is in two of them. */
async function* merged<Found>(cursors: Cursor<Found>[]): AsyncGenerator<Found> {
  const sorted = cursors.sort((a, b) => compareBytes(b.key, a.key))
  for (let first = sorted.pop(); first; first = sorted.pop()) {
    const { key } = first
    let isThere = true
    do {
      yield first.row
      isThere = await first.next()
    } while (isThere && first.key === key)
    if (isThere) sorted.splice(placeOf(first.key, sorted), 0, first)
  }
}

/** Where a key belongs among cursors whose last has the least key. */
function placeOf(key: string, sorted: readonly Cursor<unknown>[]): number {
  let [low, high] = [0, sorted.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if (compareBytes(sorted[middle]!.key, key) > 0) low = middle + 1
    else high = middle
  }
  return low
}
