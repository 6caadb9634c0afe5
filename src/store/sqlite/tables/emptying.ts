import type { DatabaseSync } from 'node:sqlite'

/** The schema, the store's identity and the numbers given so far: ids and numbers of before are never used again. */
const KEPT: ReadonlySet<string> = new Set(['migrations', 'identity', 'sequence'])

/** The write that deletes every row, for a store in memory that is used again. */
export function emptyingWrites(db: DatabaseSync) {
  return {
    emptyAll(_: object): void {
      // A resource cannot be deleted under those that refer to it.
      db.exec('UPDATE resources SET parent = NULL, reference = NULL')
      const tables = db
        .prepare("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")
        .all()
      for (const { name } of tables) if (!KEPT.has(name as string)) db.exec(`DELETE FROM ${name}`)
    },
  }
}
