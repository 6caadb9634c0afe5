import { Presets, SingleBar } from 'cli-progress'
import type { InsightsReport } from '../insights/report.ts'
import { type Get, openClient } from './client.ts'
import { pageOf } from './insights/page.ts'
import { printJson } from './print.ts'
import { findGroup } from './read.ts'

export interface InsightsOptions {
  readonly endpoint: string
  readonly datasetGroup?: string
  readonly json?: boolean
}

interface Answer extends InsightsReport {
  readonly analysis: string
  readonly status: 'COMPLETED' | 'IN_PROGRESS'
  readonly progress?: { readonly rows: number; readonly rowsTotal: number }
}

/** Prints the insights into a dataset group, the worst first, and a summary of its datasets. */
export async function showInsights(options: InsightsOptions): Promise<void> {
  const get = openClient(options.endpoint)
  const { name, datasetGroupArn } = await findGroup(get, options)
  const answer = await finished(get, datasetGroupArn)
  if (options.json) printJson(answer)
  else console.log(pageOf(name, answer).join('\n'))
}

/** Waits for the analysis. After two seconds a terminal shows a progress bar. */
async function finished(get: Get, datasetGroupArn: string): Promise<Answer> {
  const ask = (wait: number, analysis?: string) =>
    get<Answer>('/inspect/insights', { datasetGroupArn, analysis, wait: String(wait) })
  let answer = await ask(2)
  if (answer.status === 'COMPLETED') return answer
  const format = 'reading {bar} {percentage} % {value} of {total} rows'
  const bar = new SingleBar({ format, hideCursor: true, clearOnComplete: true, stream: process.stderr }, Presets.rect)
  bar.start(1, 0)
  try {
    while (answer.status !== 'COMPLETED') {
      const { rows, rowsTotal } = answer.progress ?? { rows: 0, rowsTotal: 1 }
      bar.setTotal(Math.max(1, rowsTotal))
      bar.update(rows)
      answer = await ask(1, answer.analysis)
    }
    return answer
  } finally {
    bar.stop()
  }
}
