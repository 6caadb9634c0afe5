import type { MetricAttribution } from '../../contract/generated/types.ts'
import { operation } from '../operation.ts'
import { findResource, present } from '../shared/resources.ts'

/** Describes a metric attribution without its metrics. ListMetricAttributionMetrics lists those. */
export const describeMetricAttribution = operation('DescribeMetricAttribution', async ({ store }, input) => {
  const found = await findResource(store, 'metric-attribution', input.metricAttributionArn)
  return { metricAttribution: present<MetricAttribution>('MetricAttribution', found, 'metricAttributionArn') }
})
