import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { arnsOf } from '../../src/operations/shared/arns.ts'
import { digestOf } from '../../src/store/digest.ts'

const EVENTS_EACH = 20

/** How many users have put so many events: 20 each, and 50,000 users at least. */
export const usersOf = (events: number) => Math.max(50_000, events / EVENTS_EACH)

/** As `goods` of the shop names them. */
const ITEMS = 10_000

/**
 * Puts events of a year into the embedded store of a shop whose server has stopped, by SQL in the order of each table's
 * key: a million in 10 s, where PutEvents would take minutes. Users and sessions are those of `shopper`.
 */
export function fillPutEvents(dataDir: string, count: number): void {
  using db = new DatabaseSync(join(dataDir, 'personalite.sqlite'))
  db.function('digest_of', { deterministic: true }, text => digestOf(text as string))
  const arn = arnsOf('000000000000', 'us-east-1').of('dataset/bench/INTERACTIONS')
  const { id, last } = db.prepare('SELECT id, last FROM resources, sequence WHERE arn = ?').get(arn) as {
    id: number
    last: number
  }
  db.exec(`
    PRAGMA synchronous = OFF;
    PRAGMA cache_size = -400000;
    BEGIN;
    CREATE TEMP TABLE numbered AS
      WITH RECURSIVE numbers (n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM numbers WHERE n < ${usersOf(count) - 1})
      SELECT 'user-' || n AS user_id, 'session-' || n AS session_id, n FROM numbers ORDER BY user_id;
    INSERT INTO sessions SELECT ${id}, session_id, user_id FROM numbered ORDER BY session_id;
    DROP INDEX interactions_by_seq;
    INSERT INTO interactions
    WITH RECURSIVE events (e) AS (SELECT 0 UNION ALL SELECT e + 1 FROM events WHERE e < ${count / usersOf(count) - 1})
    SELECT ${id}, 0, user_id, 1700000000000 + e * 1500000000 + n % 1000, 'item-' || (n * 31 + e * 7) % ${ITEMS}, 'view',
      0, ${last} + 1 + (n + e * ${usersOf(count)}), NULL, '', session_id, lower(hex(randomblob(18))), 0, 0
    FROM numbered CROSS JOIN events;
    CREATE INDEX interactions_by_seq ON interactions (dataset, seq) WHERE source = 0;
    INSERT INTO event_ids
    SELECT dataset, digest_of(event_id) AS hash, seq FROM interactions WHERE dataset = ${id} AND source = 0
    ORDER BY hash, seq;
    UPDATE sequence SET last = ${last + count};
    COMMIT;
    PRAGMA wal_checkpoint(TRUNCATE)`)
}
