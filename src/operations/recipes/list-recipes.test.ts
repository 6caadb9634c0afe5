import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { ListRecipesCommand, type ListRecipesCommandInput, paginateListRecipes } from '@aws-sdk/client-personalize'
import { assertRefused, INVALID } from '#test/refused.ts'
import { startTestServer, type TestServer } from '#test/server.ts'

/** The recipes that notebooks recorded in 2024, and the one that was added since. */
const ECOMMERCE = [
  'aws-ecomm-customers-who-viewed-x-also-viewed',
  'aws-ecomm-frequently-bought-together',
  'aws-ecomm-popular-items-by-purchases',
  'aws-ecomm-popular-items-by-views',
  'aws-ecomm-recommended-for-you',
]
const CUSTOM = [
  'aws-item-affinity',
  'aws-item-attribute-affinity',
  'aws-next-best-action',
  'aws-personalized-ranking',
  'aws-personalized-ranking-v2',
  'aws-popularity-count',
  'aws-semantic-similarity',
  'aws-similar-items',
  'aws-sims',
  'aws-trending-now',
  'aws-user-personalization',
  'aws-user-personalization-v2',
]
const VIDEO_ON_DEMAND = [
  'aws-vod-because-you-watched-x',
  'aws-vod-more-like-x',
  'aws-vod-most-popular',
  'aws-vod-top-picks',
  'aws-vod-trending-now',
]

describe('ListRecipes', () => {
  let server: TestServer
  before(async () => {
    server = await startTestServer()
  })
  after(() => server[Symbol.asyncDispose]())

  const list = async (input: ListRecipesCommandInput = {}) => {
    const { recipes, nextToken } = await server.personalize.send(new ListRecipesCommand(input))
    return { recipes: recipes!, names: recipes!.map(({ name }) => name!), nextToken }
  }

  it('lists them as the service does, in two pages', async () => {
    const first = await list()
    const second = await list({ nextToken: first.nextToken })
    assert.deepEqual([...first.names, ...second.names], [...ECOMMERCE, ...CUSTOM, ...VIDEO_ON_DEMAND])
    assert.equal(second.nextToken, undefined)
    const summary = {
      status: 'ACTIVE',
      creationDateTime: new Date('2019-06-10'),
      lastUpdatedDateTime: new Date('2024-06-19T16:47:19.191Z'),
    }
    const ofDomain = 'aws-vod-more-like-x'
    assert.deepEqual(
      second.recipes.filter(({ name }) => name === 'aws-sims' || name === ofDomain),
      [
        { name: 'aws-sims', recipeArn: 'arn:aws:personalize:::recipe/aws-sims', ...summary },
        {
          name: ofDomain,
          recipeArn: `arn:aws:personalize:::recipe/${ofDomain}`,
          ...summary,
          domain: 'VIDEO_ON_DEMAND',
        },
      ],
    )
  })

  it("lists a domain's recipes: notebooks read a first page, its nextToken and a second page", async () => {
    for (const [domain, pages] of [
      ['ECOMMERCE', [ECOMMERCE, []]],
      ['VIDEO_ON_DEMAND', [[], VIDEO_ON_DEMAND]],
    ] as const) {
      const first = await list({ domain, recipeProvider: 'SERVICE' })
      const second = await list({ domain, nextToken: first.nextToken! })
      assert.deepEqual([first.names, second.names, second.nextToken], [...pages, undefined])
    }
  })

  it('lists all of them to a paginator, with pages of any size', async () => {
    for (const [pageSize, pages] of [
      [1, 22],
      [7, 4],
      [11, 2],
      [22, 1],
      [100, 1],
    ] as const) {
      const seen = []
      for await (const page of paginateListRecipes({ client: server.personalize, pageSize }, {}))
        seen.push(page.recipes!)
      assert.deepEqual([seen.length, seen.flat().length], [pages, 22])
    }
  })

  it('refuses a nextToken that it did not return, and an unknown domain', async () => {
    for (const nextToken of ['next', 'aws-sims', Buffer.from('after:aws-hrnn').toString('base64url')]) {
      await assertRefused(list({ nextToken }), ['InvalidNextTokenException', 400], /^nextToken is not one/)
    }
    await assertRefused(list({ domain: 'NEWS' as 'ECOMMERCE' }), INVALID, /'domain' failed/)
    await assertRefused(list({ recipeProvider: 'ME' as 'SERVICE' }), INVALID, /'recipeProvider' failed/)
  })
})
