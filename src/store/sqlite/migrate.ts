import type { DatabaseSync } from 'node:sqlite'
import { digestOf } from '../digest.ts'
import { type MigrationListener, readMigrations, tooNew } from '../migrations.ts'

const MIGRATIONS = new URL('./migrations/', import.meta.url)

/** How many events a long migration goes through between two words about it. */
const TELL_EVERY = 500_000

/**
 * Brings the tables up to date: runs the numbered files that this database has not seen, each in a transaction of its
 * own. One that is cut off leaves nothing, and begins anew at the next start.
 * @param told is told how far it is, unless there are no tables yet
 * @throws Error where a newer version has been at work
 */
export function migrate(db: DatabaseSync, told: MigrationListener = () => {}): void {
  const known = readMigrations(MIGRATIONS)
  db.exec('CREATE TABLE IF NOT EXISTS migrations (name TEXT PRIMARY KEY) STRICT')
  const seen = db
    .prepare('SELECT name FROM migrations ORDER BY name')
    .all()
    .map(({ name }) => name as string)
  const newer = seen.findLast(name => !known.some(migration => migration.name === name))
  if (newer !== undefined) throw tooNew(newer)
  const pending = known.filter(({ name }) => !seen.includes(name))
  for (const [at, { name, text }] of pending.entries()) {
    const progress = { migration: name, step: at + 1, steps: pending.length }
    if (seen.length > 0) told(progress)
    db.function(
      'digest_of',
      { deterministic: true },
      countingDigest(db, percent => told({ ...progress, percent })),
    )
    db.exec('BEGIN IMMEDIATE')
    db.prepare('INSERT INTO migrations VALUES (?)').run(name)
    db.exec(text)
    db.exec('COMMIT')
  }
}

/**
 * Returns the digest of a text as a function of SQL. It says now and then which share of the events it has been called
 * for: the migration of 10 million events takes a minute.
 */
function countingDigest(db: DatabaseSync, told: (percent: number) => void): (text: unknown) => number {
  let count = 0
  let events = 0
  return text => {
    if (++count % TELL_EVERY === 0) {
      events ||= db.prepare('SELECT count(*) AS n FROM interactions WHERE event_id IS NOT NULL').get()!.n as number
      told(Math.floor((100 * count) / events))
    }
    return digestOf(text as string)
  }
}
