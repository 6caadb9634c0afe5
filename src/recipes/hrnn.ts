import { continuous, historyLengths, integer, oneOf, recurrent } from './parameters.ts'
import { defineRecipe } from './recipe.ts'

/**
 * The predecessors of aws-user-personalization:
 * https://docs.aws.amazon.com/personalize/latest/dg/native-recipe-hrnn.html
 */
const legacy = {
  recipeType: 'USER_PERSONALIZATION',
  created: '2019-06-10',
  isLegacy: true,
  request: { operation: 'GetRecommendations', userId: 'required', itemId: 'unused' },
} as const

export const hrnn = defineRecipe({
  ...legacy,
  name: 'aws-hrnn',
  family: 'personalization',
  description: "Recommends items to a user from the order of the user's interactions, session by session",
  featureTransformation: 'JSON-percentile-filtering',
  parameters: { algorithmHyperParameters: recurrent(43), featureTransformationParameters: historyLengths(0, 0.99) },
  datasets: { INTERACTIONS: 'required' },
})

/** https://docs.aws.amazon.com/personalize/latest/dg/native-recipe-hrnn-metadata.html */
export const hrnnMetadata = defineRecipe({
  ...legacy,
  name: 'aws-hrnn-metadata',
  family: 'personalization',
  description: 'Recommends items as aws-hrnn does, and by what is known of users, items and circumstances',
  featureTransformation: 'featurize_metadata',
  parameters: { algorithmHyperParameters: recurrent(43), featureTransformationParameters: historyLengths(0, 0.99) },
  datasets: { INTERACTIONS: 'required', USERS: 'optional', ITEMS: 'optional' },
})

/** https://docs.aws.amazon.com/personalize/latest/dg/native-recipe-hrnn-coldstart.html. The duration is in days. */
export const hrnnColdstart = defineRecipe({
  ...legacy,
  name: 'aws-hrnn-coldstart',
  family: 'personalization',
  allows: ['update'],
  description: 'Recommends items as aws-hrnn-metadata does, new ones too',
  featureTransformation: 'featurize_coldstart',
  parameters: {
    algorithmHyperParameters: recurrent(149),
    featureTransformationParameters: {
      cold_start_max_interactions: integer(15, [1, Infinity]),
      cold_start_max_duration: continuous(5, [0, Infinity]),
      cold_start_relative_from: oneOf('latestItem', ['currentTime', 'latestItem']),
      ...historyLengths(0, 0.99),
    },
  },
  datasets: { INTERACTIONS: 'required', USERS: 'optional', ITEMS: 'optional' },
})
