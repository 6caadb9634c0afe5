import { boolean } from './parameters.ts'
import { defineRecipe } from './recipe.ts'

/** https://docs.aws.amazon.com/personalize/latest/dg/native-recipe-user-personalization-v2.html */
export const userPersonalizationV2 = defineRecipe({
  name: 'aws-user-personalization-v2',
  family: 'personalization',
  allows: ['eventsConfig'],
  recipeType: 'USER_PERSONALIZATION',
  description: "Recommends items to a user from the order of the user's interactions",
  created: '2024-01-01',
  parameters: { algorithmHyperParameters: { apply_recency_bias: boolean(true) } },
  explores: { explorationWeight: 0.1, explorationItemAgeCutOff: 30 },
  hasMetadata: true,
  datasets: { INTERACTIONS: 'required', USERS: 'optional', ITEMS: 'optional' },
  request: { operation: 'GetRecommendations', userId: 'required', itemId: 'unused' },
})
