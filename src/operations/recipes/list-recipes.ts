import { InvalidNextTokenException } from '../../contract/errors.ts'
import type { RecipeSummary } from '../../contract/generated/types.ts'
import type { Recipe } from '../../recipes/recipe.ts'
import { recipes } from '../../recipes/recipes.ts'
import { operation } from '../operation.ts'

/**
 * The service's page size, as recorded in 2024; the other recipes are on a second page. Notebooks assume that the first
 * page has a nextToken, and read no more than two pages.
 */
const PAGE = 12

const listed = recipes.filter(({ isLegacy }) => !isLegacy)

/**
 * Lists the recipes by name. As at the service, pages are cut before the recipes of a domain are selected:
 * VIDEO_ON_DEMAND's first page is empty. https://docs.aws.amazon.com/personalize/latest/dg/API_ListRecipes.html
 */
export const listRecipes = operation('ListRecipes', async (_services, { domain, nextToken, maxResults = PAGE }) => {
  const start = nextToken ? startOf(nextToken) : 0
  const page = listed.slice(start, start + maxResults)
  return {
    recipes: page.filter(recipe => !domain || recipe.domain === domain).map(summaryOf),
    nextToken: start + maxResults < listed.length ? tokenOf(page.at(-1)!) : undefined,
  }
})

function summaryOf({ name, recipeArn, creationDateTime, lastUpdatedDateTime, domain }: Recipe): RecipeSummary {
  return { name, recipeArn, status: 'ACTIVE', creationDateTime, lastUpdatedDateTime, domain }
}

const tokenOf = ({ name }: Recipe): string => Buffer.from(`after:${name}`).toString('base64url')

function startOf(token: string): number {
  const before = listed.findIndex(recipe => tokenOf(recipe) === token)
  if (before >= 0) return before + 1
  throw new InvalidNextTokenException('nextToken is not one that this list returned; list again without it')
}
