import { integer } from './parameters.ts'
import { defineRecipe } from './recipe.ts'

/** https://docs.aws.amazon.com/personalize/latest/dg/item-affinity-recipe.html */
export const itemAffinity = defineRecipe({
  name: 'aws-item-affinity',
  family: 'user-segmentation',
  recipeType: 'USER_SEGMENTATION',
  description: 'Finds, for each given item, the users who are most likely to interact with it',
  created: '2021-07-15',
  featureTransformation: 'item-affinity',
  parameters: { algorithmHyperParameters: { hidden_dimension: integer(149, [32, 256]) } },
  datasets: { INTERACTIONS: 'required', USERS: 'optional', ITEMS: 'optional' },
  request: { operation: 'CreateBatchSegmentJob', userId: 'unused', itemId: 'required' },
  batch: { linesMax: 500 },
})
