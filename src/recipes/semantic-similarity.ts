import { continuous } from './parameters.ts'
import { defineRecipe } from './recipe.ts'

/**
 * https://docs.aws.amazon.com/personalize/latest/dg/native-recipe-semantic-similarity.html. Its date is that of its
 * release; no listing of it is recorded.
 */
export const semanticSimilarity = defineRecipe({
  name: 'aws-semantic-similarity',
  family: 'semantic-similarity',
  allows: ['incrementalUpdate'],
  hasMetadata: true,
  recipeType: 'RELATED_ITEMS',
  description: 'Recommends items whose texts mean something like those of a given one, new items too',
  created: '2025-11-30',
  featureTransformation: 'aws-semantic-similarity',
  parameters: { rankingInfluence: { POPULARITY: continuous(0, [0, 1]), FRESHNESS: continuous(0, [0, 1]) } },
  datasets: { ITEMS: 'required', INTERACTIONS: 'optional' },
  request: { operation: 'GetRecommendations', userId: 'for filters', itemId: 'required' },
})
