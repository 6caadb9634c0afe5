import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'

const MIGRATIONS = new URL('../../src/store/sqlite/migrations/', import.meta.url)

/** Creates the database of an embedded store as the migrations before this one left it. */
export function databaseBefore(migration: string, directory: string): DatabaseSync {
  const older = readdirSync(MIGRATIONS).filter(name => name < migration)
  const db = new DatabaseSync(join(directory, 'personalite.sqlite'))
  db.exec('CREATE TABLE migrations (name TEXT PRIMARY KEY) STRICT')
  for (const name of older.sort()) {
    db.exec(readFileSync(new URL(name, MIGRATIONS), 'utf8'))
    db.prepare('INSERT INTO migrations VALUES (?)').run(name)
  }
  return db
}
