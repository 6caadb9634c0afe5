import type { Log } from '../log.ts'
import type { MigrationListener } from '../store/migrations.ts'

/** Returns a function that logs how far the tables are that are brought up to date. */
export function migrationTeller(log: Log): MigrationListener {
  return progress => log.info(progress, 'bringing the tables up to date')
}
