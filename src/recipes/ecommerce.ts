import { exploration } from './parameters.ts'
import { defineRecipe } from './recipe.ts'

/** The use cases of the domain: https://docs.aws.amazon.com/personalize/latest/dg/ECOMMERCE-use-cases.html */
const shop = { domain: 'ECOMMERCE', created: '2019-06-10' } as const

export const popularItemsByViews = defineRecipe({
  ...shop,
  name: 'aws-ecomm-popular-items-by-views',
  family: 'popularity-count',
  description: 'Most viewed: recommends the items that are viewed most',
  datasets: { INTERACTIONS: 'required' },
  request: { operation: 'GetRecommendations', userId: 'required', itemId: 'unused' },
  events: { required: 'View' },
})

export const popularItemsByPurchases = defineRecipe({
  ...shop,
  name: 'aws-ecomm-popular-items-by-purchases',
  family: 'popularity-count',
  description: 'Best sellers: recommends the items that are bought most',
  datasets: { INTERACTIONS: 'required' },
  request: { operation: 'GetRecommendations', userId: 'required', itemId: 'unused' },
  events: { required: 'Purchase' },
})

export const frequentlyBoughtTogether = defineRecipe({
  ...shop,
  name: 'aws-ecomm-frequently-bought-together',
  family: 'related-items',
  description: 'Frequently bought together: recommends what is often bought along with a given item',
  datasets: { INTERACTIONS: 'required' },
  request: { operation: 'GetRecommendations', userId: 'for filters', itemId: 'required' },
  events: { required: 'Purchase' },
})

export const customersWhoViewedXAlsoViewed = defineRecipe({
  ...shop,
  name: 'aws-ecomm-customers-who-viewed-x-also-viewed',
  family: 'related-items',
  description: 'Customers who viewed X also viewed: recommends what is viewed along with a given item, not yet bought',
  datasets: { INTERACTIONS: 'required' },
  request: { operation: 'GetRecommendations', userId: 'required', itemId: 'required' },
  events: { required: 'View', recommended: ['Purchase'] },
  excludes: 'Purchase',
})

export const recommendedForYou = defineRecipe({
  ...shop,
  name: 'aws-ecomm-recommended-for-you',
  family: 'personalization',
  description: 'Recommended for you: recommends items to a user, not yet bought, and explores new ones',
  parameters: { itemExplorationConfig: exploration },
  datasets: { INTERACTIONS: 'required', USERS: 'optional', ITEMS: 'optional' },
  request: { operation: 'GetRecommendations', userId: 'required', itemId: 'unused' },
  events: { recommended: ['View', 'Purchase'] },
  excludes: 'Purchase',
})
