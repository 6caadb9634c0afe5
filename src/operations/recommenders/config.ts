import type { RecommenderConfig } from '../../contract/generated/types.ts'
import type { Schemas } from '../../datasets/of-group.ts'
import { checkHyperParameters } from '../../recipes/check-hyper-parameters.ts'
import type { Recipe } from '../../recipes/recipe.ts'
import { checkTrainingData } from '../shared/training-data.ts'

/**
 * Checks the settings of a recommender against its recipe and the schemas of its dataset group. Returns them with the
 * service's default of 1 request a second. https://docs.aws.amazon.com/personalize/latest/dg/API_RecommenderConfig.html
 * @throws InvalidInputException naming the setting
 */
export function readRecommenderConfig(
  config: RecommenderConfig | undefined,
  recipe: Recipe,
  schemas: Schemas,
): RecommenderConfig {
  checkHyperParameters(recipe, config?.itemExplorationConfig, 'itemExplorationConfig')
  checkTrainingData('recommenderConfig.trainingDataConfig', config?.trainingDataConfig, recipe, schemas)
  return { minRecommendationRequestsPerSecond: 1, ...config }
}
