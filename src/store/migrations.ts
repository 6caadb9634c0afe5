import { readdirSync, readFileSync } from 'node:fs'

/** A numbered file of SQL, which brings a database from one schema to the next. */
export interface Migration {
  /** Of its file: `0009-oldest-server.sql`. */
  readonly name: string
  /** That of the schema that it leads to. */
  readonly number: number
  readonly text: string
  /**
   * The oldest servers, by the number of the last migration that they know, which may go on while it runs and
   * afterwards: `-- Servers from 0006 on go on` at its beginning. Without that line no older server may.
   */
  readonly oldest: number
}

/** How far a store is with its migrations. */
export interface MigrationProgress {
  /** The name of the migration that runs. */
  readonly migration: string
  /** Its place among those that are to run, from 1 on. */
  readonly step: number
  readonly steps: number
  /** How much of it is done, where that is known. */
  readonly percent?: number
  /** Why it does not go on. */
  readonly waitsFor?: string
}

export type MigrationListener = (progress: MigrationProgress) => void

const OLDEST = /^-- Servers from (\d{4}) on go on\b/m

/** The migrations of a folder, in their order. */
export function readMigrations(folder: URL): readonly Migration[] {
  const names = readdirSync(folder).filter(name => name.endsWith('.sql'))
  return names.sort().map(name => {
    const text = readFileSync(new URL(name, folder), 'utf8')
    const number = Number(name.slice(0, 4))
    return { name, number, text, oldest: Number(OLDEST.exec(text)?.[1] ?? number) }
  })
}

/** The error where a newer version has changed the tables so that this one cannot use them. */
export function tooNew(name: string): Error {
  return new Error(
    `the data were brought up to date by a newer version of personalite (${name}), which this version cannot follow: ` +
      'start the newer version, or restore the backup from before the upgrade',
  )
}
