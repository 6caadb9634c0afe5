import { setTimeout } from 'node:timers/promises'
import type { StoreError } from '../../store.ts'
import { end, timed } from '../connections.ts'
import { type Database, statements } from '../database.ts'
import { untilNoneIsLeft, writersEnded } from '../settled.ts'
import type { Facts } from '../tables/changes.ts'
import { type DatasetStatus, refusals } from '../tables/datasets.ts'

/** Any number; a scan takes this lock to keep writes from beginning. */
const GATE = 7377_0004

/** How long a scan waits for the writes that have begun, which keeps others waiting. */
const GATE_MS = 2000
const LOOK_EVERY_MS = 3

/**
 * How long a write is waited for, in seconds: longer than any attempt of a server (`connections.ts`). Then its writer
 * is dead, and somebody else tells that the dataset has changed.
 */
const WRITER_S = 40
const JOB_WRITER_S = 150

/**
 * Whether a node may still hold a write of a dead writer: prepared, and neither committed nor taken back. Nodes that
 * cannot be reached may.
 */
const PENDING = `SELECT bool_or(NOT success OR result <> '0') AS pending FROM run_command_on_all_nodes(
  $$SELECT count(*) FROM pg_prepared_xacts WHERE database = current_database() AND starts_with(gid, 'citus_')
    AND prepared < now() - interval '10 seconds'$$)`

const sql = statements('under way', {
  // The row need not be on the disk: a crash of the coordinator has every server read all anew.
  begin: `
    WITH gate AS MATERIALIZED (
      SELECT pg_advisory_xact_lock_shared(${GATE})
    ), found AS MATERIALIZED (
      SELECT id, status FROM resources, gate WHERE id = ANY ($1) ORDER BY id FOR KEY SHARE OF resources
    ), begun AS (
      INSERT INTO under_way (datasets, until, whole)
      SELECT array_agg(id), clock_timestamp() + $3 * interval '1 second', $5 FROM found
      WHERE status = 'ACTIVE' OR $4 HAVING count(*) > 0 RETURNING id
    )
    SELECT set_config('synchronous_commit', 'off', true), (SELECT id FROM begun) AS id,
      (SELECT coalesce(json_agg(found), '[]') FROM found) AS statuses,
      ARRAY(SELECT nextval('writes') FROM generate_series(1, $2)) AS seqs`,

  tell: `
    WITH done AS (DELETE FROM under_way WHERE id = $1)
    INSERT INTO changes (kind, dataset, ids, seqs, facts)
    SELECT kind, dataset, coalesce(ids, '{}'), coalesce(seqs, '{}'), facts
    FROM json_to_recordset($2) AS told (kind text, dataset bigint, ids text[], seqs bigint[], facts json)`,

  begun: 'SELECT array_agg(id) AS left FROM under_way WHERE whole AND ($1::bigint[] IS NULL OR id = ANY ($1))',
  unfinished: 'SELECT FROM under_way WHERE whole AND until > clock_timestamp() LIMIT 1',
  overdue: 'SELECT array_agg(id) AS ids FROM under_way WHERE until < clock_timestamp()',
  pending: PENDING,
  tellOverdue: `
    WITH done AS (DELETE FROM under_way WHERE id = ANY ($1) RETURNING datasets)
    INSERT INTO changes (kind, dataset) SELECT DISTINCT 'all', dataset FROM done, unnest(datasets) AS dataset`,
})

interface Kind {
  /** How long it takes at most. */
  readonly seconds: number
  readonly isAnyStatus: boolean
  /** Whether it is one transaction. */
  readonly isWhole: boolean
}

const PUT: Kind = { seconds: WRITER_S, isAnyStatus: false, isWhole: true }

/** A write that has begun. */
interface Begun {
  /** Undefined where no dataset is ACTIVE. */
  readonly id: number | null
  readonly statuses: readonly DatasetStatus[]
  /** Numbers of the sequence of writes. */
  readonly seqs: readonly number[]
}

/** A row of `changes`. */
export interface Told {
  readonly kind: 'records' | 'interactions' | 'all'
  readonly dataset: number
  readonly ids?: readonly string[]
  readonly seqs?: readonly number[]
  readonly facts?: readonly Facts[]
}

/**
 * The writes of tables that are spread over nodes. A node commits its part at a moment of its own. So a change is told
 * when all have, in a transaction after that, and only then is the write acknowledged. Until then a row of the
 * coordinator says that it is under way, by which another server tells of it if its writer dies.
 */
export function openUnderWay(coordinator: Database) {
  const begin = async (datasets: readonly number[], count: number, { seconds, isAnyStatus, isWhole }: Kind) =>
    (await coordinator.query<Begun>(sql.begin, [datasets, count, seconds, isAnyStatus, isWhole]))[0]!
  const tell = async (id: number | null, told: readonly Told[]) =>
    void (await coordinator.unheld(() => coordinator.query(sql.tell, [id, JSON.stringify(told)])))

  return {
    /**
     * Writes of Put calls, of rows that are numbered. `write` returns the changes to tell of; it is not called where no
     * dataset takes writes. Returns for each call the error that refused it.
     */
    async put(
      calls: readonly { readonly dataset: number }[],
      count: number,
      write: (active: ReadonlySet<number>, seqs: readonly number[]) => Promise<readonly Told[]>,
    ): Promise<readonly (StoreError | undefined)[]> {
      const begun = await begin([...new Set(calls.map(({ dataset }) => dataset))], count, PUT)
      if (begun.id !== null) {
        const active = begun.statuses.filter(({ status }) => status === 'ACTIVE').map(({ id }) => id)
        await tell(begun.id, await write(new Set(active), begun.seqs))
      }
      return refusals(calls, begun.statuses)
    },

    /**
     * A write that changes any rows of a dataset.
     * @param isWhole whether it is one transaction
     */
    async all<Result>(dataset: number, write: () => Promise<Result>, isWhole = true): Promise<Result> {
      const { id } = await begin([dataset], 0, { seconds: JOB_WRITER_S, isAnyStatus: true, isWhole })
      const result = await write()
      await tell(id, [{ kind: 'all', dataset }])
      return result
    },

    /**
     * Runs it at a moment when every write is on all nodes or on none. Writes wait meanwhile. It waits for 2 s at most:
     * a write that takes longer may be on some of the nodes.
     * @throws Error as of a lost connection, where others may have begun to write meanwhile: the lock goes with its own
     */
    async atOneMoment<Result>(run: () => Promise<Result>): Promise<Result> {
      const gate = await coordinator.lock(GATE)
      try {
        const deadline = performance.now() + GATE_MS
        while (performance.now() < deadline && (await coordinator.query(sql.unfinished)).length > 0)
          await setTimeout(LOOK_EVERY_MS)
        const result = await run()
        await gate.query(timed('SELECT'))
        return result
      } finally {
        await end(gate)
      }
    },

    /** Resolves when the Put calls that have drawn numbers have ended, see `writersEnded`. */
    async ended(): Promise<void> {
      await writersEnded(coordinator, 'under_way')
      await untilNoneIsLeft<number>(async of => {
        const [found] = await coordinator.query<{ left: readonly number[] | null }>(sql.begun, [of ?? null])
        return found!.left
      })
    },

    /** Tells of the writes of dead writers, once no node holds a part of them any more. */
    async sweep(): Promise<void> {
      const [{ ids } = {}] = await coordinator.query<{ ids: number[] | null }>(sql.overdue)
      if (!ids) return
      const [state] = await coordinator.query<{ pending: boolean }>(sql.pending)
      if (!state!.pending) await coordinator.query(sql.tellOverdue, [ids])
    },
  }
}

export type UnderWay = ReturnType<typeof openUnderWay>
