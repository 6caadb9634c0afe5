import { ResourceNotFoundException } from '../contract/errors.ts'
import { nearestName } from '../datasets/names.ts'
import {
  customersWhoViewedXAlsoViewed,
  frequentlyBoughtTogether,
  popularItemsByPurchases,
  popularItemsByViews,
  recommendedForYou,
} from './ecommerce.ts'
import { hrnn, hrnnColdstart, hrnnMetadata } from './hrnn.ts'
import { itemAffinity } from './item-affinity.ts'
import { itemAttributeAffinity } from './item-attribute-affinity.ts'
import { nextBestAction } from './next-best-action.ts'
import { personalizedRanking } from './personalized-ranking.ts'
import { personalizedRankingV2 } from './personalized-ranking-v2.ts'
import { popularityCount } from './popularity-count.ts'
import type { Allowance, Recipe } from './recipe.ts'
import { semanticSimilarity } from './semantic-similarity.ts'
import { similarItems } from './similar-items.ts'
import { sims } from './sims.ts'
import { trendingNow } from './trending-now.ts'
import { userPersonalization } from './user-personalization.ts'
import { userPersonalizationV2 } from './user-personalization-v2.ts'
import { becauseYouWatchedX, moreLikeX, mostPopular, topPicks, vodTrendingNow } from './video-on-demand.ts'

/** Every recipe, by name. */
export const recipes: readonly Recipe[] = [
  customersWhoViewedXAlsoViewed,
  frequentlyBoughtTogether,
  popularItemsByPurchases,
  popularItemsByViews,
  recommendedForYou,
  hrnn,
  hrnnColdstart,
  hrnnMetadata,
  itemAffinity,
  itemAttributeAffinity,
  nextBestAction,
  personalizedRanking,
  personalizedRankingV2,
  popularityCount,
  semanticSimilarity,
  similarItems,
  sims,
  trendingNow,
  userPersonalization,
  userPersonalizationV2,
  becauseYouWatchedX,
  moreLikeX,
  mostPopular,
  topPicks,
  vodTrendingNow,
]

/** The names in messages. */
const KIND_NAMES = {
  recipeArn: 'recipe',
  algorithmArn: 'algorithm',
  featureTransformationArn: 'feature transformation',
} as const

/** Returns the names of the recipes whose solutions may have this member. */
export function recipesAllowing(allowance: Allowance): readonly string[] {
  return recipes.filter(({ allows }) => allows.includes(allowance)).map(({ name }) => name)
}

/** Returns the recipe with this ARN, also a legacy one. @throws ResourceNotFoundException */
export function recipe(arn: string): Recipe {
  return byArn.get(arn) ?? recipesWith('recipeArn', arn)[0]
}

/** Every request for recommendations looks for one. */
const byArn: ReadonlyMap<string, Recipe> = new Map(recipes.map(recipe => [recipe.recipeArn, recipe]))

/** Names the ARN that is probably meant: `; is it …?`. */
function perhaps(member: keyof typeof KIND_NAMES, arn: string): string {
  const known = new Map(recipes.flatMap(({ [member]: one }) => (one ? [[one.slice(one.indexOf('/') + 1), one]] : [])))
  const nearest = nearestName(arn.slice(arn.indexOf('/') + 1), [...known.keys()])
  return nearest === undefined ? '' : `; is it ${known.get(nearest)}?`
}

/** Returns the recipes with this algorithm or feature transformation. @throws ResourceNotFoundException */
export function recipesWith(member: keyof typeof KIND_NAMES, arn: string): readonly [Recipe, ...Recipe[]] {
  const [first, ...others] = recipes.filter(recipe => recipe[member] === arn)
  if (!first)
    throw new ResourceNotFoundException(`The given ${KIND_NAMES[member]} does not exist: ${arn}${perhaps(member, arn)}`)
  return [first, ...others]
}
