import type { Recipe } from '../../../../src/recipes/recipe.ts'
import { recipes } from '../../../../src/recipes/recipes.ts'

/** A question that people have, and the recipes that answer it. */
interface Use {
  readonly title: string
  readonly purpose: string
  readonly recipes: readonly Recipe[]
}

const CUSTOM: readonly (readonly [type: string, title: string, purpose: string])[] = [
  ['USER_PERSONALIZATION', 'For a user', 'Lists of items for one user: a home page, a newsletter.'],
  ['POPULAR', 'For everybody', 'The same list for all: what is popular, or is becoming so.'],
  ['RELATED_ITEMS', 'Beside an item', 'Items that go with the one that is looked at.'],
  [
    'PERSONALIZED_RANKING',
    'A list in order',
    'Items that you have chosen, such as search results, in the order for one user.',
  ],
  ['PERSONALIZED_ACTIONS', 'The next action', 'What to propose to a user: to join a program, or to install an app.'],
  ['USER_SEGMENTATION', 'Users for an item', 'Users for a campaign about an item, or about items of a kind.'],
]

const OF_DOMAIN: readonly (readonly [type: string, title: string, purpose: string])[] = [
  ['USER_PERSONALIZATION', 'For a user', 'Lists of items for one user.'],
  ['POPULAR', 'For everybody', 'The same list for all.'],
  ['RELATED_ITEMS', 'Beside an item', 'Items that go with the one that is looked at.'],
]

/** The recipes of a custom dataset group, or of a domain, by what they are for. Legacy ones are left out. */
export function usesOf(domain: string | undefined): readonly Use[] {
  const these = recipes.filter(recipe => recipe.domain === domain && !recipe.isLegacy)
  const byType = Map.groupBy(these, typeOf)
  return (domain ? OF_DOMAIN : CUSTOM).flatMap(([type, title, purpose]) => {
    const found = byType.get(type)
    return found ? [{ title, purpose, recipes: found }] : []
  })
}

/** Recipes of a domain have no type: the family says what they answer. */
function typeOf({ family, recipeType }: Recipe): string {
  if (family === 'popularity-count' || family === 'trending') return 'POPULAR'
  if (recipeType) return recipeType
  return family === 'personalization' ? 'USER_PERSONALIZATION' : 'RELATED_ITEMS'
}

/** The recipe of an ARN or a name; undefined where this version has none of it. */
export function recipeOf(arnOrName: string | undefined): Recipe | undefined {
  return recipes.find(({ name, recipeArn }) => arnOrName === recipeArn || arnOrName === name)
}
