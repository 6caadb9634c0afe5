import { integer } from './parameters.ts'
import { defineRecipe } from './recipe.ts'

/** https://docs.aws.amazon.com/personalize/latest/dg/native-recipe-next-best-action.html. The period is in days. */
export const nextBestAction = defineRecipe({
  name: 'aws-next-best-action',
  family: 'next-best-action',
  recipeType: 'PERSONALIZED_ACTIONS',
  description: 'Recommends the actions that a user is most likely to take in the coming days',
  created: '2023-08-11',
  parameters: { featureTransformationParameters: { action_optimization_period: integer(14, [7, 28]) } },
  datasets: {
    ACTIONS: 'required',
    INTERACTIONS: 'required',
    ACTION_INTERACTIONS: 'optional',
    USERS: 'optional',
    ITEMS: 'optional',
  },
  request: { operation: 'GetActionRecommendations', userId: 'required', itemId: 'unused' },
})
