import type { SQLInputValue } from 'node:sqlite'

/** Rows as they go to the writer: the values of one after the other. */
export type Flat = readonly SQLInputValue[]

/** Rows of an import, which nobody sees before it is published or merged. */
export interface Staged {
  readonly dataset: number
  readonly generation: number
  /** Their place in the sequence of writes. */
  readonly seq: number
  readonly values: Flat
}
