import type { PoolClient } from 'pg'
import { timed } from '../connections.ts'
import { type Database, type SqlRow, statements } from '../database.ts'
import { toFacts } from '../tables/changes.ts'
import { GENERATION, SWEEP } from '../tables/datasets.ts'
import {
  type InteractionWrites,
  interactionWrites,
  type PutInteractions,
  toInteraction,
} from '../tables/interactions.ts'
import { digestOfAll } from '../tables/staged-interactions.ts'
import { openUntangled } from './circles.ts'
import { type Event, findOwners } from './owners.ts'
import { sessionsOver } from './sessions.ts'
import type { Told, UnderWay } from './under-way.ts'

const sql = statements('spread interactions', {
  users: 'SELECT session_id, user_id FROM sessions WHERE dataset = $1 AND session_id = ANY ($2)',
  join: `
    INSERT INTO sessions SELECT $1, session_id, user_id FROM unnest($2::text[], $3::text[]) AS given (session_id, user_id)
    ORDER BY session_id ON CONFLICT (dataset, session_id) DO UPDATE SET user_id = excluded.user_id`,
  take: `
    DELETE FROM interactions
    WHERE dataset = $1 AND source = 0 AND user_id = ANY ($2) AND session_id = user_id AND anonymous
    RETURNING source, user_id, timestamp, digest, item_id, event_type, seq, event_value, details, session_id,
      event_id, anonymous, repeated`,
  forgetIds: 'DELETE FROM event_ids WHERE dataset = $1 AND event_id = ANY ($2)',
  insert: `
    INSERT INTO interactions (dataset, source, user_id, timestamp, digest, item_id, event_type, seq, event_value, details,
      session_id, event_id, anonymous, repeated)
    SELECT $1, 0, given.* FROM unnest($2::text[], $3::bigint[], $4::bigint[], $5::text[], $6::text[], $7::bigint[],
      $8::double precision[], $9::text[], $10::text[], $11::text[], $12::boolean[], $13::boolean[])
      AS given (user_id, "timestamp", digest, item_id, event_type, seq, event_value, details, session_id, event_id,
      anonymous, repeated)
    ORDER BY user_id, "timestamp", digest
    ON CONFLICT DO NOTHING RETURNING seq, repeated`,
  ours: `
    SELECT seq, repeated FROM interactions
    WHERE dataset = $1 AND source + 0 = 0 AND user_id = ANY ($2) AND seq = ANY ($3)`,
  note: `
    INSERT INTO event_ids SELECT $1, event_id FROM unnest($2::text[]) AS given (event_id) ORDER BY event_id
    ON CONFLICT DO NOTHING RETURNING event_id`,
  mark: `
    UPDATE interactions SET repeated = false
    WHERE dataset = $1 AND source + 0 = 0 AND user_id = ANY ($2) AND seq = ANY ($3)`,
  delete: `
    WITH deleted AS (
      DELETE FROM interactions
      WHERE dataset = $1 AND source IN (0, ${GENERATION}) AND user_id = ANY ($2)
        AND (source > 0 OR $3::bigint IS NULL OR seq < $3)
      RETURNING event_id, repeated
    ), forgotten AS (
      DELETE FROM event_ids WHERE dataset = $1 AND event_id IN (SELECT event_id FROM deleted WHERE NOT repeated)
    )
    SELECT count(*) AS rows FROM deleted`,
  left: `
    SELECT DISTINCT user_id, session_id FROM interactions
    WHERE dataset = $1 AND source = 0 AND user_id = ANY ($2) AND session_id IS NOT NULL AND seq > $3`,
  sessions: 'SELECT session_id, user_id FROM sessions WHERE dataset = $1 AND user_id = ANY ($2)',
  forget: 'DELETE FROM sessions WHERE dataset = $1 AND session_id = ANY ($2) AND user_id = ANY ($3)',
  swept: SWEEP,
  leftOut: `
    INSERT INTO dataset_state AS state (dataset, duplicates) VALUES ($1, $2)
    ON CONFLICT (dataset) DO UPDATE SET duplicates = state.duplicates + excluded.duplicates`,
})

/**
 * The writes of interactions that are spread over nodes. The events of a batch go to their shards in one statement for
 * each of the tables.
 * @param near the node that takes Put calls; all else goes to the coordinator, where jobs have their claims
 */
export function spreadInteractionWrites(coordinator: Database, near: Database, underWay: UnderWay): InteractionWrites {
  const untangled = openUntangled(near)
  return {
    put(calls: readonly PutInteractions[]) {
      const given = calls.flatMap(({ dataset, interactions }) => interactions.map(event => ({ ...event, dataset })))
      return underWay.put(calls, given.length, async (active, seqs) => {
        const events = given.map((event, index): Event => {
          return { ...event, seq: seqs[index]!, digest: digestOfAll(event), owner: event.userId }
        })
        const byDataset = [...Map.groupBy(events, ({ dataset }) => dataset)].filter(([dataset]) => active.has(dataset))
        const store = () => near.transaction(client => inTurn(byDataset, ofIt => storeEvents(client, ...ofIt)))
        const stored = await untangled(store)
        for (const { dataset, leftOut } of stored)
          if (leftOut > 0) await coordinator.query(sql.leftOut, [dataset, leftOut])
        return stored.filter(({ events }) => events.length > 0).map(toTold)
      })
    },

    deleteUsers: (dataset, userIds, before) =>
      underWay.all(dataset, () => {
        return coordinator.transaction(client => deleteUsers(runnerOf(client, dataset), userIds, before ?? null))
      }),
    stage: interactionWrites(coordinator).stage,
  }
}

interface Stored {
  readonly dataset: number
  /** Those that are not `repeated`. */
  readonly events: readonly Event[]
  /** How many were there already. */
  readonly leftOut: number
}

const toTold = ({ dataset, events }: Stored): Told => ({
  kind: 'interactions',
  dataset,
  ids: events.map(({ owner }) => owner),
  seqs: events.map(({ seq }) => seq),
  facts: events.map(toFacts),
})

/** A row to insert. */
interface Row extends Event {
  readonly repeated: boolean
}

type Run = (name: keyof typeof sql, values: readonly unknown[]) => Promise<readonly SqlRow[]>

/** Returns a function that runs a statement of a dataset, its first value. */
const runnerOf =
  (client: PoolClient, dataset: number): Run =>
  async (name, values) =>
    (await client.query<SqlRow>({ ...sql[name], ...timed(sql[name].text), values: [dataset, ...values] })).rows

/** Sessions are on other nodes than the events of their users, so these are read first. */
async function deleteUsers(run: Run, userIds: readonly string[], before: number | null): Promise<number> {
  const [deleted] = await run('delete', [userIds, before])
  const left = before === null ? [] : await run('left', [userIds, before])
  const sessions = sessionsOver(await run('sessions', [userIds]), left)
  if (sessions.length > 0) await run('forget', [sessions.map(({ session_id }) => session_id), userIds])
  await run('swept', [])
  return deleted!.rows as number
}

async function storeEvents(client: PoolClient, dataset: number, events: readonly Event[]): Promise<Stored> {
  const run = runnerOf(client, dataset)
  const leftOut = await leaveOut(run, await joinSessions(run, events))
  const given = withRepeated(events, await noteEventIds(run, events))
  const inserted = await insert(run, given)
  const stored = await handOnIds(run, given, inserted)
  const told = stored.filter(({ repeated }) => !repeated)
  return { dataset, events: told, leftOut: leftOut + given.length - inserted.size }
}

/** Inserts rows that left their sessions. Returns how many their users had already, whose eventIds are forgotten. */
async function leaveOut(run: Run, moved: readonly Row[]): Promise<number> {
  if (moved.length === 0) return 0
  const inserted = await insert(run, moved)
  const left = moved.filter(({ seq }) => !inserted.has(seq))
  const ids = left.flatMap(({ eventId, repeated }) => (eventId === null || repeated ? [] : [eventId]))
  if (ids.length > 0) await run('forgetIds', [ids])
  return left.length
}

/** Finds the owners of the events. Returns the rows that leave their sessions, with their new owners. */
async function joinSessions(run: Run, events: readonly Event[]): Promise<readonly Row[]> {
  const sessions = [...new Set(events.flatMap(({ sessionId }) => sessionId ?? []))]
  const found = sessions.length > 0 ? await run('users', [sessions]) : []
  const known = new Map(found.map(row => [row.session_id as string, row.user_id as string]))
  const { users, heirs } = findOwners(events, known)
  if (users.size > 0) await run('join', [[...users.keys()], [...users.values()]])
  if (heirs.size === 0) return []
  return (await run('take', [[...heirs.keys()]])).map(row => toRow(row, heirs.get(row.user_id as string)!))
}

/** Notes the ids of the events. Returns those that had not come before; another server that is given one waits. */
async function noteEventIds(run: Run, events: readonly Event[]): Promise<ReadonlySet<string>> {
  const ids = [...new Set(events.flatMap(({ eventId }) => eventId ?? []))]
  const noted = ids.length > 0 ? await run('note', [ids]) : []
  return new Set(noted.map(({ event_id }) => event_id as string))
}

/** Of events with the same new id all but the first are repeated, and all of an id that had come before. */
function withRepeated(events: readonly Event[], isNew: ReadonlySet<string>): readonly Row[] {
  const left = new Set(isNew)
  return events.map(event => ({ ...event, repeated: event.eventId !== null && !left.delete(event.eventId) }))
}

/** Inserts the rows that are not there. Returns, by their numbers, whether those that are there then are `repeated`. */
async function insert(run: Run, rows: readonly Row[]): Promise<ReadonlyMap<number, boolean>> {
  const first = new Map<string, Row>()
  for (const row of rows) {
    const key = JSON.stringify([row.owner, row.timestampMs, row.digest])
    if (!first.has(key)) first.set(key, row)
  }
  const columns = COLUMNS.map(column => [...first.values()].map(row => row[column]))
  const inserted = new Map<number, boolean>()
  const note = (rows: readonly SqlRow[]) => {
    for (const { seq, repeated } of rows) inserted.set(seq as number, repeated as boolean)
  }
  note(await run('insert', columns))
  const others = [...first.values()].filter(({ seq }) => !inserted.has(seq))
  // An earlier attempt, whose end was not known, may have inserted them.
  if (others.length > 0) note(await run('ours', ownersAndSeqs(others)))
  return inserted
}

const COLUMNS = [
  'owner',
  'timestampMs',
  'digest',
  'itemId',
  'eventType',
  'seq',
  'eventValue',
  'details',
  'sessionId',
  'eventId',
  'anonymous',
  'repeated',
] as const

/**
 * Of a new id whose first event was there already, and was left out, the next one is the first; without a next one the
 * id is forgotten. Returns the rows that are stored, as they are then.
 */
async function handOnIds(run: Run, given: readonly Row[], inserted: ReadonlyMap<number, boolean>) {
  const stored = given.flatMap(row => {
    const repeated = inserted.get(row.seq)
    return repeated === undefined ? [] : [{ ...row, repeated }]
  })
  const leftOut = given.filter(({ eventId, repeated, seq }) => eventId !== null && !repeated && !inserted.has(seq))
  if (leftOut.length === 0) return stored
  const next = new Map(stored.toReversed().map(row => [row.eventId, row]))
  const [handedOn, forgotten] = [new Set<Row>(), [] as string[]]
  for (const { eventId } of leftOut) {
    const row = next.get(eventId)
    if (row) handedOn.add(row)
    else forgotten.push(eventId!)
  }
  if (forgotten.length > 0) await run('forgetIds', [forgotten])
  if (handedOn.size > 0) await run('mark', ownersAndSeqs([...handedOn]))
  return stored.map(row => (handedOn.has(row) ? { ...row, repeated: false } : row))
}

const ownersAndSeqs = (rows: readonly Row[]) => [rows.map(({ owner }) => owner), rows.map(({ seq }) => seq)]

function toRow(row: SqlRow, owner: string): Row {
  return { ...toInteraction(row), dataset: 0, digest: row.digest as number, owner }
}

async function inTurn<Given, Result>(all: readonly Given[], run: (one: Given) => Promise<Result>): Promise<Result[]> {
  const results: Result[] = []
  for (const one of all) results.push(await run(one))
  return results
}
