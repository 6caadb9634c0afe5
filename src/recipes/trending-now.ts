import { oneOf } from './parameters.ts'
import { defineRecipe } from './recipe.ts'

/**
 * https://docs.aws.amazon.com/personalize/latest/dg/native-recipe-trending-now.html, in its newer version. The older
 * one does not have 2 hours, and its default is 3 hours. For the type see popularity-count.ts.
 */
export const trendingNow = defineRecipe({
  name: 'aws-trending-now',
  family: 'trending',
  recipeType: 'USER_PERSONALIZATION',
  description: 'Recommends the items whose interactions increase fastest from one interval of time to the next',
  created: '2022-10-01',
  algorithm: 'aws-trending-now-custom',
  parameters: {
    featureTransformationParameters: {
      trend_discovery_frequency: oneOf('2 hours', ['30 minutes', '1 hour', '2 hours', '3 hours', '1 day']),
    },
  },
  datasets: { INTERACTIONS: 'required' },
  request: { operation: 'GetRecommendations', userId: 'for filters', itemId: 'unused' },
  batch: { isRefused: true },
})
