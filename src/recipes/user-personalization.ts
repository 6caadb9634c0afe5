import { exploration, historyLengths, recurrent } from './parameters.ts'
import { defineRecipe } from './recipe.ts'

/** https://docs.aws.amazon.com/personalize/latest/dg/native-recipe-new-item-USER_PERSONALIZATION.html */
export const userPersonalization = defineRecipe({
  name: 'aws-user-personalization',
  family: 'personalization',
  allows: ['objective', 'update'],
  recipeType: 'USER_PERSONALIZATION',
  description: 'Recommends items to a user and explores new ones, learning from what users make of them',
  created: '2019-06-10',
  parameters: {
    algorithmHyperParameters: recurrent(149),
    featureTransformationParameters: historyLengths(0, 0.99),
    itemExplorationConfig: exploration,
  },
  hasEmptyConfig: true,
  datasets: { INTERACTIONS: 'required', USERS: 'optional', ITEMS: 'optional' },
  request: { operation: 'GetRecommendations', userId: 'required', itemId: 'unused' },
})
