import { sqlite } from './builtin.ts'
import { identityOf, openForReading } from './database.ts'

/** This many pages of 1 KiB are copied at a time. */
const PAGES = 10_000

/** The id of the store in a database; undefined where an older version of this program gave it none. */
export function identityIn(path: string): string | undefined {
  const db = openForReading(path)
  try {
    return db.prepare("SELECT 1 FROM sqlite_schema WHERE name = 'identity'").get() && identityOf(db)
  } finally {
    db.close()
  }
}

/**
 * Copies the database as it is at this moment into a new file, while a server writes to it or not.
 * @param meanwhile work to do while that moment is held
 */
export async function backUpDatabase(path: string, to: string, meanwhile: () => Promise<void>): Promise<void> {
  const db = openForReading(path)
  try {
    // A transaction that has read holds its moment: without, each write by the server would start the copy anew.
    db.exec('BEGIN')
    db.prepare('SELECT count(*) FROM migrations').get()
    await meanwhile()
    await sqlite.backup(db, to, { rate: PAGES })
  } finally {
    db.close()
  }
}
