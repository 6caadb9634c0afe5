import { guideRules } from './guide-rules.ts'
import { ownRules } from './own-rules.ts'
import type { DatasetReport, Insight, Level } from './report.ts'

const LEVELS: readonly Level[] = ['error', 'warning', 'note']

/** Returns the insights into datasets, the worst first. */
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
