import { defineRecipe } from './recipe.ts'

/**
 * https://docs.aws.amazon.com/personalize/latest/dg/native-recipe-popularity.html, which says USER_PERSONALIZATION. The
 * list of recipes has it under POPULAR_ITEMS, which the API reference does not know.
 */
export const popularityCount = defineRecipe({
  name: 'aws-popularity-count',
  family: 'popularity-count',
  recipeType: 'USER_PERSONALIZATION',
  description: 'Recommends the items that most users interacted with, the same to all; a baseline for other recipes',
  created: '2019-06-10',
  featureTransformation: 'sims',
  datasets: { INTERACTIONS: 'required' },
  request: { operation: 'GetRecommendations', userId: 'for filters', itemId: 'unused' },
})
