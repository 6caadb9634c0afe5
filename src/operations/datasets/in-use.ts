import { parseMetricExpression } from '../../attribution/expression.ts'
import { ResourceInUseException } from '../../contract/errors.ts'
import type { Dataset } from '../../datasets/of-group.ts'
import { recipe } from '../../recipes/recipes.ts'
import { inPages } from '../../store/pages.ts'
import type { Resource, ResourceQuery } from '../../store/resource-store.ts'
import type { Store } from '../../store/store.ts'
import { filtersOf } from '../filters/fields.ts'
import { metricsIn } from '../metric-attributions/metrics.ts'

/**
 * Checks that no resource uses a dataset that is to be deleted. Trainings and batch jobs in its group use it, as do
 * campaigns whose recipe reads it, filters and metric attributions. The event tracker uses the Interactions dataset,
 * without which it would refuse every event. `removeResource` checks the dataset's own jobs. Call this only in an
 * exclusive operation. https://docs.aws.amazon.com/personalize/latest/dg/delete-dataset.html
 * @throws ResourceInUseException that names those resources
 */
export async function assertUnused(store: Store, dataset: Dataset): Promise<void> {
  const { arn, type, datasetGroupArn } = dataset
  const inGroup = (query: ResourceQuery) =>
    Array.fromAsync(inPages(store.resources, { ...query, datasetGroup: datasetGroupArn }))
  const reads = async ({ reference }: Resource) => {
    const version = await store.resources.get(reference!)
    return version !== undefined && recipe(version.document.recipeArn as string).datasets[type] !== undefined
  }
  const campaigns: Resource[] = []
  for (const campaign of await inGroup({ kind: 'campaign' })) if (await reads(campaign)) campaigns.push(campaign)
  const blockers = [
    ...(await filtersOf(store, dataset)),
    ...(await inGroup({ unfinished: true })).filter(({ kind }) => !OF_A_DATASET.includes(kind)),
    ...campaigns,
    ...(type === 'INTERACTIONS' ? await inGroup({ kind: 'event-tracker' }) : []),
    ...(await inGroup({ kind: 'metric-attribution' })).filter(attribution => measures(attribution, dataset)),
  ]
  if (blockers.length === 0) return
  const names = blockers.map(blocker => blocker.arn).join(', ')
  throw new ResourceInUseException(`The dataset ${arn} cannot be deleted while it is in use by: ${names}`)
}

const OF_A_DATASET = ['dataset-import-job', 'dataset-export-job']

/** Whether a metric attribution counts the events of a dataset, or sums a column of it. */
function measures(attribution: Resource, { type }: Dataset): boolean {
  if (type === 'INTERACTIONS') return true
  return metricsIn(attribution).some(({ expression }) => {
    const parsed = parseMetricExpression('expression', expression)
    return parsed.function === 'SUM' && parsed.datasetType === type
  })
}
