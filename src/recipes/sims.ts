import { continuous, historyLengths, integer } from './parameters.ts'
import { defineRecipe } from './recipe.ts'

/** https://docs.aws.amazon.com/personalize/latest/dg/native-recipe-sims.html */
export const sims = defineRecipe({
  name: 'aws-sims',
  family: 'sims',
  recipeType: 'RELATED_ITEMS',
  description: 'Recommends items like a given one, by the users who interacted with both',
  created: '2019-06-10',
  featureTransformation: 'sims',
  parameters: {
    algorithmHyperParameters: {
      popularity_discount_factor: continuous(0.5, [0, 1], 'tunable'),
      min_cointeraction_count: integer(3, [0, 10], 'tunable'),
    },
    featureTransformationParameters: {
      ...historyLengths(0.005, 0.995),
      min_item_interaction_count_percentile: continuous(0.01, [0, 1]),
      max_item_interaction_count_percentile: continuous(0.9, [0, 1]),
    },
  },
  datasets: { INTERACTIONS: 'required' },
  request: { operation: 'GetRecommendations', userId: 'for filters', itemId: 'required' },
})
