import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { DescribeRecipeCommand } from '@aws-sdk/client-personalize'
import { assertRefused, INVALID } from '#test/refused.ts'
import { startTestServer, type TestServer } from '#test/server.ts'

describe('DescribeRecipe', () => {
  let server: TestServer
  before(async () => {
    server = await startTestServer()
  })
  after(() => server[Symbol.asyncDispose]())

  const describeRecipe = async (recipeArn: string) =>
    (await server.personalize.send(new DescribeRecipeCommand({ recipeArn }))).recipe!

  it('shows a recipe', async () => {
    assert.deepEqual(await describeRecipe('arn:aws:personalize:::recipe/aws-sims'), {
      name: 'aws-sims',
      recipeArn: 'arn:aws:personalize:::recipe/aws-sims',
      algorithmArn: 'arn:aws:personalize:::algorithm/aws-sims',
      featureTransformationArn: 'arn:aws:personalize:::feature-transformation/sims',
      status: 'ACTIVE',
      description: 'Recommends items like a given one, by the users who interacted with both',
      creationDateTime: new Date('2019-06-10'),
      recipeType: 'RELATED_ITEMS',
      lastUpdatedDateTime: new Date('2024-06-19T16:47:19.191Z'),
    })
  })

  it('shows recipes of domains, whose algorithm and type are unknown, and one that is no longer listed', async () => {
    const { name, algorithmArn, recipeType } = await describeRecipe('arn:aws:personalize:::recipe/aws-vod-top-picks')
    assert.deepEqual([name, algorithmArn, recipeType], ['aws-vod-top-picks', undefined, undefined])
    assert.equal((await describeRecipe('arn:aws:personalize:::recipe/aws-hrnn')).recipeType, 'USER_PERSONALIZATION')
  })

  it('refuses an ARN that does not exist, or is not of a recipe', async () => {
    for (const name of ['recipe/aws-sim', 'algorithm/aws-sims', 'recipe/toString']) {
      const message = new RegExp(
        `^The given recipe does not exist: arn:aws:personalize:::${name}(; is it arn:\\S+\\?)?$`,
      )
      const described = describeRecipe(`arn:aws:personalize:::${name}`)
      await assertRefused(described, ['ResourceNotFoundException', 400], message)
    }
    await assertRefused(describeRecipe('aws-sims'), INVALID, /'recipeArn' failed/)
  })
})
