import type { DatasetType } from '../../datasets/dataset-type.ts'
import type { Recipe } from '../../recipes/recipe.ts'
import type { Services } from '../operation.ts'

/** The data version of a dataset group without interactions. */
const NO_DATA = ''

/**
 * Returns a text that changes with every import and every put of interactions that the recipe reads. Automatic training
 * waits for such a change, so users and items do not count:
 * https://docs.aws.amazon.com/personalize/latest/dg/solution-config-auto-training.html
 */
export async function dataVersion(
  { store }: Pick<Services, 'store'>,
  { datasets: reads }: Recipe,
  datasetGroupArn: string,
): Promise<string> {
  const datasets = await store.resources.list({ kind: 'dataset', parent: datasetGroupArn })
  const parts: string[] = []
  for (const { id, arn, document } of datasets) {
    const type = document.datasetType as DatasetType
    if (!type.endsWith('INTERACTIONS') || !reads[type]) continue
    const put = await store.interactions.settled(id)
    const imports = { kind: 'dataset-import-job', parent: arn, status: 'ACTIVE', newestFirst: true } as const
    const [imported] = await store.resources.list({ ...imports, limit: 1 })
    if (put > 0) parts.push(`put ${put}`)
    if (imported) parts.push(`import ${imported.id}`)
  }
  return parts.join(', ') || NO_DATA
}

/**
 * Whether interactions have arrived since a training on `known`. False while an import is unfinished, because a
 * training now would miss its rows.
 */
export async function hasNewData(
  services: Pick<Services, 'store'>,
  recipe: Recipe,
  datasetGroupArn: string,
  known: unknown,
): Promise<boolean> {
  const imports = { kind: 'dataset-import-job', datasetGroup: datasetGroupArn, unfinished: true } as const
  if ((await services.store.resources.count(imports, 1)) > 0) return false
  const present = await dataVersion(services, recipe, datasetGroupArn)
  return present !== NO_DATA && present !== known
}
