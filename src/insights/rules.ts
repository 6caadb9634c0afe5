import type { DatasetType } from '../datasets/schema.ts'
import { guideRules } from './guide-rules.ts'
import { ownRules } from './own-rules.ts'
import type { DatasetReport, Insight, Level } from './report.ts'

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

const LEVELS: readonly Level[] = ['error', 'warning', 'note']

/** What there is to say about datasets, the worst first. */
export function insightsInto(datasets: readonly DatasetReport[]): readonly Insight[] {
  const found = datasets.flatMap(dataset =>
    [...guideRules, ...ownRules].flatMap(({ name, of, find, action }): readonly Insight[] => {
      const { datasetType } = dataset
      if (of && !of.includes(datasetType)) return []
      const finding = find(dataset, datasets)
      return finding ? [{ name, datasetType, action, ...finding }] : []
    }),
  )
  return LEVELS.flatMap(level => found.filter(insight => insight.level === level))
}
