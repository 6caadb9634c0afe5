import type { ImportedInteraction, StoredRecord } from './rows.ts'

/** Bulk rows go into a generation that nobody sees until it is published whole. */
export interface ImportStore {
  /** How many rows are best staged in one call. */
  readonly rowsAtOnce: number
  /** How many rows at most are best sorted together, before they are staged. */
  readonly rowsSorted: number
  /** Whether interactions are better staged as they come: a few at a time, and not sorted. */
  readonly takesInteractionsAsTheyCome: boolean
  /** How many threads at most may stage rows at the same time, each with a store of its own. */
  readonly writers: number
  /** Returns the number of a new generation. */
  begin(dataset: number): Promise<number>
  /** @param seq the place of the rows in the sequence; the generation's own where it is left out */
  stageRecords(dataset: number, generation: number, records: readonly StoredRecord[], seq?: number): Promise<void>
  /** @param isMore whether others follow soon, for which these may wait */
  stageInteractions(
    dataset: number,
    generation: number,
    interactions: readonly ImportedInteraction[],
    seq?: number,
    isMore?: boolean,
  ): Promise<void>
  /** The generation takes the place of all bulk rows before it, at once (import mode FULL). */
  publish(dataset: number, generation: number): Promise<void>
  /** Adds the generation's rows to the bulk rows that are there (import mode INCREMENTAL); safe to run again. */
  merge(dataset: number, generation: number): Promise<void>
  /** Throws the generation away. */
  discard(dataset: number, generation: number): Promise<void>
}
