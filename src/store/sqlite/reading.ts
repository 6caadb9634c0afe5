import type { DatabaseSync } from 'node:sqlite'
import { openForReading } from './database.ts'
import { explained, isLasting } from './trouble.ts'

/** The reads of a table; each returns a promise. */
type Promised<Reads> = {
  readonly [Name in keyof Reads]: Reads[Name] extends (...args: infer Args) => infer Result
    ? (...args: Args) => Promise<Awaited<Result>>
    : never
}

/** How this thread reads the database. A fault of the store, damage say, is thrown as a StoreError. */
export interface Reading {
  /** Sees all commits before each statement. */
  readonly db: DatabaseSync
  reads<Reads extends object>(of: (db: DatabaseSync) => Reads): Promised<Reads>
  /** The rows of one moment, however long it takes to read them: from a read transaction of their own. */
  snapshot<Row>(scan: (db: DatabaseSync) => Iterable<Row>): AsyncGenerator<Row>
  /** The damage that a read has met. */
  damage(): string | undefined
  close(): void
}

/** @throws Error where the database cannot be opened */
export function openReading(path: string): Reading {
  const db = openForReading(path)
  let damage: string | undefined
  const found = (hindrance: string) => {
    if (isLasting(hindrance)) damage ??= hindrance
  }
  return {
    db,
    reads<Reads extends object>(of: (db: DatabaseSync) => Reads) {
      const promised = Object.entries(of(db)).map(([name, read]) => [
        name,
        async (...args: unknown[]) => {
          try {
            return await read(...args)
          } catch (error) {
            throw explained(error, found)
          }
        },
      ])
      return Object.fromEntries(promised) as Promised<Reads>
    },
    async *snapshot(scan) {
      let own: DatabaseSync | undefined
      try {
        own = openForReading(path)
        own.exec('BEGIN')
        yield* scan(own)
      } catch (error) {
        throw explained(error, found)
      } finally {
        own?.close()
      }
    },
    damage: () => damage,
    close: () => db.close(),
  }
}
