import type { MetricAttributionSummary } from '../../contract/generated/types.ts'
import { operation } from '../operation.ts'
import { listPage, present } from '../shared/resources.ts'

/** Lists the metric attribution of a dataset group, or all. */
export const listMetricAttributions = operation('ListMetricAttributions', async ({ store }, input) => {
  const { datasetGroupArn: parent, ...page } = input
  const { resources, nextToken } = await listPage(store, { kind: 'metric-attribution', parent }, page)
  return {
    metricAttributions: resources.map(attribution =>
      present<MetricAttributionSummary>('MetricAttributionSummary', attribution, 'metricAttributionArn'),
    ),
    nextToken,
  }
})
