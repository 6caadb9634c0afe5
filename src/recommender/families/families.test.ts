import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { recipes } from '../../recipes/recipes.ts'
import { familyOf } from './families.ts'

describe('families', () => {
  it('has a model for every recipe', () => {
    for (const recipe of recipes) assert.equal(typeof familyOf(recipe)?.train, 'function', recipe.name)
  })

  it('recommends actions where the recipe is asked for actions', () => {
    for (const recipe of recipes)
      assert.equal(
        familyOf(recipe).of === 'ACTIONS',
        recipe.request.operation === 'GetActionRecommendations',
        recipe.name,
      )
  })
})
