import type { FamilyName, Recipe } from '../../recipes/recipe.ts'
import type { Family } from './family.ts'
import { nextBestAction } from './next-best-action.ts'
import { personalization, personalizedRanking } from './personalization.ts'
import { popularityCount } from './popularity-count.ts'
import { relatedItems } from './related-items.ts'
import { semanticSimilarity } from './semantic-similarity.ts'
import { sims } from './sims.ts'
import { trending } from './trending.ts'
import { userSegmentation } from './user-segmentation.ts'

/** Few models, which the recipes share. A recipe names its family. */
const families: Readonly<Record<FamilyName, Family>> = {
  personalization,
  'personalized-ranking': personalizedRanking,
  'popularity-count': popularityCount,
  trending,
  'related-items': relatedItems,
  sims,
  'semantic-similarity': semanticSimilarity,
  'next-best-action': nextBestAction,
  'user-segmentation': userSegmentation,
}

/** The family whose model answers for a recipe. */
export function familyOf({ family }: Pick<Recipe, 'family'>): Family {
  return families[family]
}
