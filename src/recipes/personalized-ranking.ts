import { historyLengths, recurrent } from './parameters.ts'
import { defineRecipe } from './recipe.ts'

/** https://docs.aws.amazon.com/personalize/latest/dg/native-recipe-search.html */
export const personalizedRanking = defineRecipe({
  name: 'aws-personalized-ranking',
  family: 'personalized-ranking',
  allows: ['objective'],
  recipeType: 'PERSONALIZED_RANKING',
  description: 'Ranks given items, search results say, for a user',
  created: '2019-06-10',
  featureTransformation: 'JSON-percentile-filtering',
  parameters: {
    algorithmHyperParameters: recurrent(149),
    featureTransformationParameters: historyLengths(0, 0.99),
  },
  datasets: { INTERACTIONS: 'required', USERS: 'optional', ITEMS: 'optional' },
  request: { operation: 'GetPersonalizedRanking', userId: 'required', itemId: 'unused' },
})
