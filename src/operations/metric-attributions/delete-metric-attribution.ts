import { exclusiveOperation } from '../operation.ts'
import { removeResource } from '../shared/resources.ts'

/** Deletes a metric attribution. The dataset group can then have another. */
export const deleteMetricAttribution = exclusiveOperation('DeleteMetricAttribution', async ({ store }, input) => {
  await removeResource(store, 'metric-attribution', input.metricAttributionArn)
  return {}
})
