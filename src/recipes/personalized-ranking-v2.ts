import { boolean } from './parameters.ts'
import { defineRecipe } from './recipe.ts'

/** https://docs.aws.amazon.com/personalize/latest/dg/native-recipe-personalized-ranking-v2.html */
export const personalizedRankingV2 = defineRecipe({
  name: 'aws-personalized-ranking-v2',
  family: 'personalized-ranking',
  allows: ['eventsConfig'],
  recipeType: 'PERSONALIZED_RANKING',
  description: "Ranks given items for a user from the order of the user's interactions",
  created: '2024-01-01',
  parameters: { algorithmHyperParameters: { apply_recency_bias: boolean(true) } },
  datasets: { INTERACTIONS: 'required', USERS: 'optional', ITEMS: 'optional' },
  hasMetadata: true,
  request: { operation: 'GetPersonalizedRanking', userId: 'required', itemId: 'unused' },
})
