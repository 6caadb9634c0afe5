import type { Recommender, Solution, TrainingDataConfig } from '../../contract/generated/types.ts'
import { foldName } from '../../datasets/names.ts'
import type { Dataset } from '../../datasets/of-group.ts'
import type { Recipe } from '../../recipes/recipe.ts'
import { recipe } from '../../recipes/recipes.ts'
import { inPages } from '../../store/pages.ts'
import type { Store } from '../../store/store.ts'

/**
 * Excludes a dataset's new columns from the training of existing solutions and recommenders, which have not chosen
 * them. It may be done again. An update can include them for a recommender. For a solution nothing can: the guide tells
 * to create a new one.
 * https://docs.aws.amazon.com/personalize/latest/dg/updating-dataset-schema.html
 */
export async function leaveOutNewColumns({ resources }: Store, dataset: Dataset, added: readonly string[]) {
  if (added.length === 0) return
  const parent = dataset.datasetGroupArn
  for await (const { arn, document } of inPages(resources, { kind: 'solution', parent })) {
    const { recipeArn, autoMLResult, solutionConfig } = document as Solution
    if (!canChoose(recipe(recipeArn ?? autoMLResult!.bestRecipeArn!), dataset)) continue
    const trainingDataConfig = without(added, dataset, solutionConfig?.trainingDataConfig)
    await resources.update(arn, { document: { solutionConfig: { ...solutionConfig, trainingDataConfig } } })
  }
  for await (const { arn, document } of inPages(resources, { kind: 'recommender', parent })) {
    const { recipeArn, recommenderConfig } = document as Recommender
    if (!canChoose(recipe(recipeArn!), dataset)) continue
    const trainingDataConfig = without(added, dataset, recommenderConfig?.trainingDataConfig)
    await resources.update(arn, { document: { recommenderConfig: { ...recommenderConfig, trainingDataConfig } } })
  }
}

/** Whether a recipe lets its solutions choose the columns of the dataset. */
function canChoose({ datasets, recipeType }: Recipe, { type }: Dataset): boolean {
  return datasets[type] !== undefined && recipeType !== 'PERSONALIZED_ACTIONS'
}

/** Returns the config with these columns excluded. A config that lists the included columns excludes them already. */
function without(added: readonly string[], { type }: Dataset, config: TrainingDataConfig = {}): TrainingDataConfig {
  const keyIn = (columns: object = {}) => Object.keys(columns).find(key => foldName(key) === foldName(type))
  const { includedDatasetColumns, excludedDatasetColumns } = config
  if (keyIn(includedDatasetColumns) !== undefined) return config
  const key = keyIn(excludedDatasetColumns) ?? type
  const excluded = new Set([...(excludedDatasetColumns?.[key] ?? []), ...added])
  return { ...config, excludedDatasetColumns: { ...excludedDatasetColumns, [key]: [...excluded] } }
}
