import { InvalidInputException } from '../../contract/errors.ts'
import { datasetsOf, schemasOf } from '../../datasets/of-group.ts'
import { exclusiveOperation } from '../operation.ts'
import { findResource } from '../shared/resources.ts'
import { assertDistinct, checkMetrics, checkOutput, METRICS_MAX, metricsIn } from './metrics.ts'

/**
 * Removes metrics, then adds others, and changes the destination of reports. The ARN is required here, although the
 * model does not require it. https://docs.aws.amazon.com/personalize/latest/dg/API_UpdateMetricAttribution.html
 */
export const updateMetricAttribution = exclusiveOperation('UpdateMetricAttribution', async (services, input) => {
  const { store } = services
  const { metricAttributionArn, addMetrics = [], removeMetrics = [], metricsOutputConfig } = input
  if (metricAttributionArn === undefined) throw new InvalidInputException('metricAttributionArn is required')
  const attribution = await findResource(store, 'metric-attribution', metricAttributionArn)
  const old = metricsIn(attribution)
  const unknown = removeMetrics.find(name => !old.some(({ metricName }) => metricName === name))
  if (unknown !== undefined) throw new InvalidInputException(`removeMetrics: there is no metric ${unknown}`)
  checkMetrics('addMetrics', addMetrics, schemasOf(await datasetsOf(services.store, attribution.parent)))
  const metrics = [...old.filter(({ metricName }) => !removeMetrics.includes(metricName)), ...addMetrics]
  assertDistinct(metrics)
  if (metrics.length > METRICS_MAX) {
    throw new InvalidInputException(`addMetrics: there would be ${metrics.length} metrics; the most is ${METRICS_MAX}`)
  }
  if (metricsOutputConfig) checkOutput(metricsOutputConfig)
  const document = { metrics, ...(metricsOutputConfig && { metricsOutputConfig }) }
  await store.resources.update(metricAttributionArn, { document })
  return { metricAttributionArn }
})
