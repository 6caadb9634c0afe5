import type { DatasetReport } from './report.ts'
import type { Finding } from './rule.ts'
import { listed, quoted } from './words.ts'

/**
 * Finds the event types that a metric attribution counts and that no event has, or so few that they are not among the
 * frequent ones: `watch` is not `Watch`.
 */
export function eventsOfMetrics({ rows, columns, measuredTypes = [] }: DatasetReport): Finding | undefined {
  const types = columns.find(({ name }) => name === 'EVENT_TYPE')
  if (!types || rows === 0) return undefined
  const rare = measuredTypes.filter(type => !types.top.some(({ value }) => value === type))
  if (rare.length === 0) return undefined
  const there = listed(types.top.map(({ value }) => quoted(String(value))))
  const finding = `Metrics of the metric attribution count events of ${listed(rare.map(quoted))}; there are hardly any.`
  return { level: 'warning', finding: there ? `${finding} Frequent types are ${there}.` : finding }
}
