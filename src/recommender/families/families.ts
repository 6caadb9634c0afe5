import type { Recipe } from '../../recipes/recipe.ts'
import type { Family } from './family.ts'
import { nextBestAction } from './next-best-action.ts'
import { personalization, personalizedRanking } from './personalization.ts'
import { popular } from './popular.ts'
import { relatedItems } from './related-items.ts'
import { semanticSimilarity } from './semantic-similarity.ts'
import { sims } from './sims.ts'
import { trending } from './trending.ts'
import { userSegmentation } from './user-segmentation.ts'

/** Few models, which the recipes share. */
const families: Readonly<Record<string, Family>> = {
  'aws-user-personalization': personalization,
  'aws-user-personalization-v2': personalization,
  'aws-hrnn': personalization,
  'aws-hrnn-metadata': personalization,
  'aws-hrnn-coldstart': personalization,
  'aws-personalized-ranking': personalizedRanking,
  'aws-personalized-ranking-v2': personalizedRanking,
  'aws-item-affinity': userSegmentation,
  'aws-item-attribute-affinity': userSegmentation,
  'aws-ecomm-recommended-for-you': personalization,
  'aws-vod-top-picks': personalization,
  'aws-popularity-count': popular,
  'aws-ecomm-popular-items-by-views': popular,
  'aws-ecomm-popular-items-by-purchases': popular,
  'aws-vod-most-popular': popular,
  'aws-similar-items': relatedItems,
  'aws-ecomm-customers-who-viewed-x-also-viewed': relatedItems,
  'aws-ecomm-frequently-bought-together': relatedItems,
  'aws-vod-because-you-watched-x': relatedItems,
  'aws-vod-more-like-x': relatedItems,
  'aws-next-best-action': nextBestAction,
  'aws-trending-now': trending,
  'aws-vod-trending-now': trending,
  'aws-sims': sims,
  'aws-semantic-similarity': semanticSimilarity,
}

/** The family whose model answers for a recipe. */
export function familyOf({ name }: Recipe): Family {
  return families[name]!
}
