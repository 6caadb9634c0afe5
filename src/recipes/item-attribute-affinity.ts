import { integer } from './parameters.ts'
import { defineRecipe } from './recipe.ts'

/** https://docs.aws.amazon.com/personalize/latest/dg/item-attribute-affinity-recipe.html */
export const itemAttributeAffinity = defineRecipe({
  name: 'aws-item-attribute-affinity',
  family: 'user-segmentation',
  recipeType: 'USER_SEGMENTATION',
  description: 'Finds, for each given attribute, the users who are most likely to interact with items that have it',
  created: '2021-08-25',
  featureTransformation: 'item-attribute-affinity',
  parameters: { algorithmHyperParameters: { hidden_dimension: integer(149, [32, 256]) } },
  datasets: { INTERACTIONS: 'required', ITEMS: 'required' },
  request: { operation: 'CreateBatchSegmentJob', userId: 'unused', itemId: 'unused' },
  batch: { linesMax: 10, isWithoutEvents: true },
})
