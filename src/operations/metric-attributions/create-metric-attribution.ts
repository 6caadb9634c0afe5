import { ResourceAlreadyExistsException } from '../../contract/errors.ts'
import { datasetsOf, schemasOf } from '../../datasets/of-group.ts'
import { exclusiveOperation } from '../operation.ts'
import { createResource, findResource } from '../shared/resources.ts'
import { assertDistinct, checkMetrics, checkOutput } from './metrics.ts'

/**
 * Creates the metric attribution of a dataset group, which may have only one. It has 10 metrics at most, and is ACTIVE
 * at once. https://docs.aws.amazon.com/personalize/latest/dg/API_CreateMetricAttribution.html
 */
export const createMetricAttribution = exclusiveOperation('CreateMetricAttribution', async (services, input) => {
  const { store, arns } = services
  const { name, datasetGroupArn: parent, metrics, metricsOutputConfig } = input
  await findResource(store, 'dataset-group', parent)
  checkOutput(metricsOutputConfig)
  checkMetrics('metrics', metrics, schemasOf(await datasetsOf(services.store, parent)))
  assertDistinct(metrics)
  const [existing] = await store.resources.list({ kind: 'metric-attribution', parent, limit: 1 })
  if (existing) {
    throw new ResourceAlreadyExistsException(`The dataset group has a metric attribution already: ${existing.arn}`)
  }
  const arn = arns.of(`metric-attribution/${name}`)
  const document = { name, datasetGroupArn: parent, metrics, metricsOutputConfig }
  await createResource(store, { kind: 'metric-attribution', arn, parent, status: 'ACTIVE', document })
  return { metricAttributionArn: arn }
})
