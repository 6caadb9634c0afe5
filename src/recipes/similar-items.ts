import { continuous, integer } from './parameters.ts'
import { defineRecipe } from './recipe.ts'

/**
 * https://docs.aws.amazon.com/personalize/latest/dg/native-recipe-similar-items.html. The dimensions are for
 * hyperparameter optimization to choose; popularity_discount_factor is in its newer version alone.
 */
export const similarItems = defineRecipe({
  name: 'aws-similar-items',
  family: 'related-items',
  recipeType: 'RELATED_ITEMS',
  description: 'Recommends items like a given one, by the users who interacted with both and by what the items are',
  created: '2019-06-10',
  parameters: {
    algorithmHyperParameters: {
      popularity_discount_factor: continuous(0, [0, 1]),
      item_id_hidden_dim: integer(100, [30, 200], 'tunable'),
      item_metadata_hidden_dim: integer(100, [30, 200], 'tunable'),
    },
  },
  datasets: { INTERACTIONS: 'required', ITEMS: 'optional' },
  request: { operation: 'GetRecommendations', userId: 'for filters', itemId: 'required' },
})
