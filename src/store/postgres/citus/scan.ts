import type { Client } from 'pg'
import { compareBytes } from '../../order.ts'
import { type ConnectionOptions, connectAlone, end, timed } from '../connections.ts'
import { type Database, type SqlRow, type Statement, statements, type Values } from '../database.ts'
import { explained, persistently } from '../retries.ts'
import { GENERATION } from '../tables/datasets.ts'
import { isThere, watch } from '../watch.ts'
import { atNode, type Place } from './nodes.ts'
import type { UnderWay } from './under-way.ts'

/** The scans that go from shard to shard, and the column in whose order their rows come. */
const ORDERS: Readonly<Record<string, { readonly table: string; readonly key: string }>> = {
  'records.scan': { table: 'records', key: 'id' },
  'interactions.scan': { table: 'interactions', key: 'user_id' },
  'interactions.scanUsers': { table: 'interactions', key: 'user_id' },
}

const ROWS_AT_ONCE = 1000

/** How long a node may take to begin, which keeps writes waiting. */
const BEGIN_MS = 5000

const sql = statements('spread scan', {
  shards: `
    SELECT shard.shardid AS shard, node.nodeid AS node, node.nodename AS name, node.nodeport AS port
    FROM pg_dist_shard AS shard JOIN pg_dist_placement AS placement USING (shardid)
    JOIN pg_dist_node AS node ON node.groupid = placement.groupid AND node.noderole = 'primary'
    WHERE shard.logicalrelid = to_regclass($1) ORDER BY shard.shardid`,
  place: 'SELECT nodename AS name, nodeport AS port FROM pg_dist_node WHERE nodeid = $1',
})

interface Shard extends Place {
  readonly shard: number
  readonly node: number
}

/** A node at the moment of a scan. */
interface Snapshot {
  readonly client: Client
  readonly shards: readonly Shard[]
  /** The bulk generation of the dataset that readers see. */
  readonly generation: number | null
}

/**
 * Returns a `Database.scan` of one moment across nodes. On each node a transaction sees the rows of that moment, and a
 * cursor a shard reads them as they are needed: Citus itself would gather all rows before it returned the first. The
 * cursors' rows are merged.
 */
export function spreadScan(url: string, options: ConnectionOptions, coordinator: Database, underWay: UnderWay) {
  const connectTo = (place: Place) => connectAlone(atNode(url, place), options)
  const nodesOf = async (table: string) =>
    Map.groupBy(await coordinator.query<Shard>(sql.shards, [table]), ({ node }) => node)

  /** Whether a process is at a node, where the coordinator has that now: a standby may have taken its place. */
  const isAtIt = async (node: number, pid: number) => {
    const [place] = await coordinator.query<Place>(sql.place, [node])
    if (!place) return false
    const client = await connectTo(place)
    try {
      return await isThere(client, pid)
    } finally {
      await end(client)
    }
  }
  const begin = async (used: AsyncDisposableStack, table: string, dataset: number): Promise<readonly Snapshot[]> => {
    const opened = new Map<number, Client>()
    const connect = async (node: number, place: Place) => {
      const client = opened.get(node) ?? used.adopt(await connectTo(place), end)
      if (!opened.has(node)) used.use(watch(client, pid => isAtIt(node, pid)))
      opened.set(node, client)
      return client
    }
    /** Resolves when none is under way any more, also of one that fails: then all that it opened can be ended. */
    const all = async <Result>(
      nodes: Map<number, Shard[]>,
      run: (node: number, shards: Shard[]) => Promise<Result>,
    ) => {
      const runs = [...nodes].map(([node, shards]) => run(node, shards))
      await Promise.allSettled(runs)
      return Promise.all(runs)
    }
    await all(await nodesOf(table), (node, [shard]) => connect(node, shard!))
    return underWay.atOneMoment(async () =>
      // A shard that moves to another node just now has all rows where it was: no write is under way.
      all(await nodesOf(table), async (node, shards) => {
        const client = await connect(node, shards[0]!)
        return { client, shards, generation: await beginAt(client, dataset) }
      }),
    )
  }
  return async function* scan<Found extends object = SqlRow>(
    statement: Statement,
    values: Values,
  ): AsyncGenerator<Found> {
    const order = ORDERS[statement.name]
    if (!order) return yield* coordinator.scan<Found>(statement, values)
    await using used = new AsyncDisposableStack()
    const snapshots = await persistently(async () => {
      await using attempt = new AsyncDisposableStack()
      const begun = await begin(attempt, order.table, values[0] as number)
      used.use(attempt.move())
      return begun
    })
    const openAll = async ({ client, shards, generation }: Snapshot) => {
      const cursors: Cursor<Found>[] = []
      for (const { shard } of shards) {
        const text = ofShard(statement.text, order.table, shard, [...values, generation])
        const cursor = await openCursor<Found>(client, `of_${shard}`, text, order.key)
        if (cursor) cursors.push(cursor)
      }
      return cursors
    }
    try {
      yield* merged((await Promise.all(snapshots.map(openAll))).flat())
    } catch (error) {
      throw explained(error)
    }
  }
}

/** Begins a transaction that sees this moment. Returns the bulk generation of the dataset that readers see. */
async function beginAt(client: Client, dataset: number): Promise<number | null> {
  // A reader may take its time over the rows.
  await client.query(timed('SET idle_in_transaction_session_timeout = 0', BEGIN_MS))
  await client.query(timed('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY', BEGIN_MS))
  const generation = `SELECT ${GENERATION.replace('$1', String(dataset))} AS generation`
  const { rows } = await client.query<{ generation: number | null }>(timed(generation, BEGIN_MS))
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
