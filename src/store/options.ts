import type { Clock } from '../clock.ts'
import type { MigrationListener } from './migrations.ts'

/** Is told how many writes the store did together, and how long that took. */
export type BatchListener = (writes: number, ms: number) => void

/** How a store is opened. */
export interface StoreOptions {
  readonly onBatch?: BatchListener | undefined
  readonly clock?: Clock | undefined
  /** Is told how far the tables are that are brought up to date. */
  readonly migrating?: MigrationListener | undefined
}
