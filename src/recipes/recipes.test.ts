import assert from 'node:assert/strict'
import { readdirSync } from 'node:fs'
import { describe, it } from 'node:test'
import type { Recipe } from './recipe.ts'
import { recipe, recipes, recipesWith } from './recipes.ts'

describe('recipes', () => {
  it('are in the order of their names, each once', () => {
    const names = recipes.map(({ name }) => name)
    assert.deepEqual(names, [...new Set(names)].sort())
  })

  it('are all that the files of this folder define', async () => {
    const files = readdirSync(import.meta.dirname).filter(file => !/^recipes?\.ts$|\.test\.ts$/.test(file))
    const modules = await Promise.all(files.map(file => import(`./${file}`) as Promise<Record<string, unknown>>))
    const isRecipe = (value: unknown): value is Recipe => Object.hasOwn(value as object, 'recipeArn')
    const defined = modules.flatMap(module => Object.values(module)).filter(isRecipe)
    assert.deepEqual(new Set(defined), new Set(recipes))
  })

  it('are found by ARN, legacy ones too', () => {
    assert.equal(recipe('arn:aws:personalize:::recipe/aws-sims').name, 'aws-sims')
    assert.equal(recipe('arn:aws:personalize:::recipe/aws-hrnn').isLegacy, true)
    const message =
      'The given recipe does not exist: arn:aws:personalize:::recipe/sims; is it arn:aws:personalize:::recipe/aws-sims?'
    assert.throws(() => recipe('arn:aws:personalize:::recipe/sims'), { code: 'ResourceNotFoundException', message })
    const none = 'The given recipe does not exist: arn:aws:personalize:::recipe/none'
    assert.throws(() => recipe('arn:aws:personalize:::recipe/none'), {
      code: 'ResourceNotFoundException',
      message: none,
    })
  })

  it('are found by their common algorithm or feature transformation', () => {
    const shared = recipesWith('featureTransformationArn', 'arn:aws:personalize:::feature-transformation/sims')
    assert.deepEqual(
      shared.map(({ name }) => name),
      ['aws-popularity-count', 'aws-sims'],
    )
  })

  it('leave out items that a user bought or watched, as the guide says', () => {
    const excluding = (eventType: string) =>
      recipes.filter(({ excludes }) => excludes === eventType).map(({ name }) => name)
    assert.deepEqual(excluding('Purchase'), [
      'aws-ecomm-customers-who-viewed-x-also-viewed',
      'aws-ecomm-recommended-for-you',
    ])
    assert.deepEqual(excluding('Watch'), ['aws-vod-because-you-watched-x', 'aws-vod-more-like-x', 'aws-vod-top-picks'])
  })
})
