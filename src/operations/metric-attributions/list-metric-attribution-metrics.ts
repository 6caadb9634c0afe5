import { InvalidInputException } from '../../contract/errors.ts'
import { operation } from '../operation.ts'
import { findResource, readToken, writeToken } from '../shared/resources.ts'
import { METRICS_MAX, metricsIn } from './metrics.ts'

/**
 * Lists the metrics of a metric attribution, in the order in which they were added. The ARN is required here, although
 * the model does not require it.
 */
export const listMetricAttributionMetrics = operation('ListMetricAttributionMetrics', async ({ store }, input) => {
  const { metricAttributionArn, nextToken, maxResults = METRICS_MAX } = input
  if (metricAttributionArn === undefined) throw new InvalidInputException('metricAttributionArn is required')
  const all = metricsIn(await findResource(store, 'metric-attribution', metricAttributionArn))
  const start = readToken(nextToken, { metricAttributionArn })
  const end = start + maxResults
  return {
    metrics: all.slice(start, end),
    nextToken: end < all.length ? writeToken(end, { metricAttributionArn }) : undefined,
  }
})
