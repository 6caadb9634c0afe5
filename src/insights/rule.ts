import type { DatasetType } from '../datasets/dataset-type.ts'
import type { DatasetReport, Level } from './report.ts'

/** A row of the table of insights. */
export interface Rule {
  readonly name: string
  /** The types of dataset that it is about; left out, all. */
  readonly of?: readonly DatasetType[]
  /** What is found in a dataset where the rule holds. */
  readonly find: (dataset: DatasetReport, all: readonly DatasetReport[]) => Finding | undefined
  /** What to do about it. */
  readonly action: string
}

export interface Finding {
  readonly level: Level
  readonly finding: string
}
