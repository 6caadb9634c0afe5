import type { DatasetType } from '../datasets/dataset-type.ts'
import type { DatasetReport, Level } from './report.ts'

/** A row of the table of insights. */
export interface Rule {
  readonly name: string
  /** The types of dataset that it is about; all by default. */
  readonly of?: readonly DatasetType[]
  /** Returns the finding, if the rule applies to the dataset. */
  readonly find: (dataset: DatasetReport, all: readonly DatasetReport[]) => Finding | undefined
  /** The remedy. */
  readonly action: string
}

export interface Finding {
  readonly level: Level
  readonly finding: string
}
