import { exploration } from './parameters.ts'
import { defineRecipe } from './recipe.ts'

/** The use cases of the domain: https://docs.aws.amazon.com/personalize/latest/dg/VIDEO_ON_DEMAND-use-cases.html */
const video = { domain: 'VIDEO_ON_DEMAND', created: '2019-06-10' } as const

export const becauseYouWatchedX = defineRecipe({
  ...video,
  name: 'aws-vod-because-you-watched-x',
  family: 'related-items',
  description: 'Because you watched X: recommends what others watched along with a given video, not yet watched',
  datasets: { INTERACTIONS: 'required' },
  request: { operation: 'GetRecommendations', userId: 'required', itemId: 'required' },
  events: { required: 'Watch' },
  excludes: 'Watch',
})

export const moreLikeX = defineRecipe({
  ...video,
  name: 'aws-vod-more-like-x',
  family: 'related-items',
  description: 'More like X: recommends videos like a given one, not yet watched',
  datasets: { INTERACTIONS: 'required', ITEMS: 'required' },
  request: { operation: 'GetRecommendations', userId: 'required', itemId: 'required' },
  events: { recommended: ['Watch', 'Click'] },
  excludes: 'Watch',
})

export const mostPopular = defineRecipe({
  ...video,
  name: 'aws-vod-most-popular',
  family: 'popularity-count',
  description: 'Most popular: recommends the videos that most users watched',
  datasets: { INTERACTIONS: 'required' },
  request: { operation: 'GetRecommendations', userId: 'required', itemId: 'unused' },
  events: { required: 'Watch' },
})

export const vodTrendingNow = defineRecipe({
  ...video,
  name: 'aws-vod-trending-now',
  family: 'trending',
  description: 'Trending now: recommends the videos that are becoming popular fastest, anew every two hours',
  datasets: { INTERACTIONS: 'required' },
  request: { operation: 'GetRecommendations', userId: 'for filters', itemId: 'unused' },
  events: {},
})

export const topPicks = defineRecipe({
  ...video,
  name: 'aws-vod-top-picks',
  family: 'personalization',
  description: 'Top picks for you: recommends videos to a user, not yet watched, and explores new ones',
  parameters: { itemExplorationConfig: exploration },
  datasets: { INTERACTIONS: 'required', USERS: 'optional', ITEMS: 'optional' },
  request: { operation: 'GetRecommendations', userId: 'required', itemId: 'unused' },
  events: { recommended: ['Click', 'Watch'] },
  excludes: 'Watch',
})
