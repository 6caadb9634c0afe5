import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { arnsOf } from '../../src/operations/shared/arns.ts'
import { digestOf } from '../../src/store/digest.ts'

const EVENTS_EACH = 20
/** As many as a call may have. A user's events are a multiple of it, or one call. */
const IN_CALL = 10

const HASHED_AT_ONCE = 1_000_000

/** How many users have put this many events: 20 each, and 50,000 users at least. */
export const usersOf = (events: number) => Math.max(50_000, events / EVENTS_EACH)

/** As `goods` of the shop names them. */
const ITEMS = 10_000

/**
 * Puts events of a year into the embedded store of a shop whose server has stopped, by SQL in the order of each table's
 * key: a million in 3 s of processor time, where PutEvents would take minutes. Users and sessions are those of
 * `shopper`. Each user's events are in one pack, of calls of 10.
 */
export function fillPutEvents(dataDir: string, count: number): void {
  using db = new DatabaseSync(join(dataDir, 'personalite.sqlite'))
  db.function('digest_of', { deterministic: true }, text => digestOf(text as string))
  const arn = arnsOf('000000000000', 'us-east-1').of('dataset/bench/INTERACTIONS')
  const { id, last } = db.prepare('SELECT id, last FROM resources, sequence WHERE arn = ?').get(arn) as {
    id: number
    last: number
  }
  const users = usersOf(count)
  const each = Math.ceil(count / users)
  const inCall = Math.min(each, IN_CALL)
  const end = last + users * each
  /** The number of event `e` of user `n`: those of a call follow each other. */
  const seq = `(${last} + 1 + (e / ${inCall} * ${users} + n) * ${inCall} + e % ${inCall})`
  const time = (e: string | number) => `(1700000000000 + ${e} * 1500000000 + n % 1000)`
  const eventId = (of: string) => `format('%08x-0000-4000-8000-%012x', ${of} * 2654435761 % 4294967296, ${of})`
  db.exec(`
    PRAGMA journal_mode = MEMORY;
    PRAGMA synchronous = OFF;
    PRAGMA cache_size = -400000;
    BEGIN;
    CREATE TEMP TABLE numbered AS
      WITH RECURSIVE numbers (n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM numbers WHERE n < ${users - 1})
      SELECT 'user-' || n AS user_id, 'session-' || n AS session_id, n FROM numbers ORDER BY user_id;
    CREATE TEMP TABLE events AS
      WITH RECURSIVE events (e) AS (SELECT 0 UNION ALL SELECT e + 1 FROM events WHERE e < ${each - 1})
      SELECT e FROM events;
    INSERT INTO sessions SELECT ${id}, session_id, user_id FROM numbered ORDER BY session_id;
    INSERT INTO packs (dataset, source, user_id, oldest, newest, count, seq, events)
    SELECT ${id}, 0, user_id, ${time(0)}, ${time(each - 1)}, ${each}, ${end}, (
      SELECT '[' || group_concat(concat_ws(',', ${time('e')}, '"item-' || ((n * 31 + e * 7) % ${ITEMS}) || '"', '"view"',
        'null', '""', ${seq}, json_quote(session_id), json_quote(${eventId(seq)}), 0), ',') || ']' FROM events)
    FROM numbered ORDER BY user_id;
    INSERT INTO event_calls
    SELECT ${id}, ${seq} AS seq, user_id, ${inCall}, ${inCall}, ${time('e')}, ${time(`(e + ${inCall - 1})`)}
    FROM numbered, events WHERE e % ${inCall} = 0 ORDER BY seq;
    CREATE TEMP TABLE hashed (hash INTEGER, seq INTEGER)`)
  // The arguments of a function stay in memory until its statement ends.
  for (let from = last + 1; from <= end; from += HASHED_AT_ONCE)
    db.exec(`
      INSERT INTO hashed
      WITH RECURSIVE seqs (seq) AS (
        SELECT ${from} UNION ALL SELECT seq + 1 FROM seqs WHERE seq < ${Math.min(end, from + HASHED_AT_ONCE - 1)})
      SELECT digest_of(${eventId('seq')}), seq FROM seqs`)
  db.exec(`
    INSERT INTO event_ids SELECT ${id}, hash, seq FROM hashed ORDER BY hash, seq;
    UPDATE sequence SET last = ${end};
    COMMIT;
    PRAGMA journal_mode = WAL`)
}
