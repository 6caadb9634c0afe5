import type { InsightsReport } from '../../../../src/insights/report.ts'
import type { Api } from '../../session/api.ts'

export type { ColumnReport } from '../../../../src/insights/column.ts'
export type { Bucket } from '../../../../src/insights/quantiles.ts'
export type {
  DatasetReport,
  Histories,
  Insight,
  InsightsReport,
  Level,
  Spread,
  Unmatched,
} from '../../../../src/insights/report.ts'

/** How far an analysis is. */
export interface AnalysisProgress {
  readonly rows: number
  readonly rowsTotal: number
}

type Answer = { readonly analysis: string } & (
  | ({ readonly status: 'COMPLETED' } & InsightsReport)
  | { readonly status: 'IN_PROGRESS'; readonly progress?: AnalysisProgress }
)

/** Seconds that a request waits: then the page shows how far the analysis is. */
const WAIT = 1

/** Analyzes the data of a group. @param report is told how far it is, where that takes longer than a second */
export async function analyze(
  api: Api,
  datasetGroupArn: string,
  report: (progress: AnalysisProgress | undefined) => void,
  signal: AbortSignal,
): Promise<InsightsReport> {
  let analysis: string | undefined
  for (;;) {
    const query = { datasetGroupArn, analysis, wait: WAIT }
    const answer: Answer = await api.inspect('insights', { query, signal })
    if (answer.status === 'COMPLETED') return answer
    analysis = answer.analysis
    report(answer.progress)
  }
}

/** A count with its share, such as `3 (12 %)`. */
export function shareText(count: number, of: number): string {
  if (count === 0) return '–'
  return `${count.toLocaleString('en')} (${of === 0 ? 0 : percent(count / of)} %)`
}

/** Whole percents. What is there is at least 1, and what is missing leaves 99 at most. */
function percent(share: number): number {
  return share > 0 && share < 1 ? Math.min(99, Math.max(1, Math.round(100 * share))) : Math.round(100 * share)
}

/** A number as people write it, with three digits behind the point at most. */
export function numberText(value: number): string {
  return value.toLocaleString('en', { maximumFractionDigits: Math.abs(value) < 10 ? 3 : 1 })
}

/** A count of different values. */
export function distinctText({ count, isEstimate }: { readonly count: number; readonly isEstimate: boolean }): string {
  return `${isEstimate ? 'about ' : ''}${count.toLocaleString('en')}`
}
