import type { AnalysisProgress, InsightsReport } from '../../../../src/insights/report.ts'
import type { Api } from '../../session/api.ts'

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
