import type { Clock } from '../clock.ts'
import type { MigrationListener } from './migrations.ts'

/** Called with the number of writes that the store did together, and the time that they took. */
export type BatchListener = (writes: number, ms: number) => void

/** How a store is opened. */
export interface StoreOptions {
  readonly onBatch?: BatchListener | undefined
  readonly clock?: Clock | undefined
  /** Called with the progress of tables that are brought up to date. */
  readonly migrating?: MigrationListener | undefined
}
