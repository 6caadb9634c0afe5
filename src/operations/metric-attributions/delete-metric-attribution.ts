import { exclusiveOperation } from '../operation.ts'
import { removeResource } from '../shared/resources.ts'

/** Deletes a metric attribution; the dataset group can have another then. */
export const deleteMetricAttribution = exclusiveOperation('DeleteMetricAttribution', async ({ store }, input) => {
  await removeResource(store, 'metric-attribution', input.metricAttributionArn)
  return {}
})
