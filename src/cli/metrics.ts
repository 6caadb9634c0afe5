import { openApi, openClient } from './client.ts'
import { pagesOf } from './pages.ts'
import { printJson, printNote, printTable, type TableRow } from './print.ts'

export interface MetricsOptions {
  readonly endpoint: string
  readonly from?: string
  readonly to?: string
  readonly period?: string
  readonly json?: boolean
}

const COLUMNS = ['timestamp', 'metricName', 'eventType', 'function', 'source', 'value']

/** Prints the values of the metrics of a metric attribution, by window and source, the newest first. */
export async function showMetrics(name: string | undefined, options: MetricsOptions): Promise<void> {
  const { endpoint, from, to, period, json } = options
  const get = openClient(endpoint)
  const query = { metricAttributionArn: await findAttribution(endpoint, name), from, to, period }
  const answer = await get<{ metrics: readonly TableRow[]; notes: readonly string[] }>('/inspect/metrics', query)
  if (json) return printJson(answer)
  printTable(COLUMNS, answer.metrics)
  for (const note of answer.notes) printNote(note)
}

/** Returns the ARN of the metric attribution with this name, or of the only one. */
async function findAttribution(endpoint: string, name: string | undefined): Promise<string> {
  const all = await listAttributions(endpoint)
  const names = all.map(({ name }) => name).join(', ')
  const found = all.filter(attribution => name === undefined || attribution.name === name)
  if (found.length === 1) return found[0]!.metricAttributionArn!
  if (names === '') throw new Error('the server has no metric attribution yet')
  throw new Error(
    name === undefined
      ? `there are several metric attributions: say which (${names})`
      : `there is no metric attribution ${name}; there are: ${names}`,
  )
}

async function listAttributions(endpoint: string) {
  const call = openApi(endpoint)
  const pages = await Array.fromAsync(pagesOf(nextToken => call('ListMetricAttributions', { nextToken })))
  return pages.flatMap(({ metricAttributions = [] }) => metricAttributions)
}
