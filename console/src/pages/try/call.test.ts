import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { schemaIn } from '../../../../src/datasets/schema.ts'
import { recipes } from '../../../../src/recipes/recipes.ts'
import { readAsked } from './asked.ts'
import { contextsIn, prepareCall } from './call.ts'

const asked = (search: string) => readAsked(new URLSearchParams(search))
const targetOf = (recipe: string, kind: 'campaign' | 'recommender' = 'campaign') => ({
  kind,
  arn: 'arn',
  name: 'home',
  status: 'ACTIVE',
  recipe: recipes.find(({ name }) => name === recipe)!,
})
const ofItems = { arn: 'filter/genre', subject: 'ItemID' } as const
const everything = asked(
  'user=u1&item=i1&rank=a&rank=b&results=7&value.GENRE="drama"&value.LEAST=&percent=30&promoted.MOST=5&context.DEVICE=phone',
)

function inputOf(recipe: string, filters = {}): Readonly<Record<string, unknown>> {
  const prepared = prepareCall(targetOf(recipe), everything, filters)
  assert.ok('call' in prepared)
  return { operation: prepared.call.operation, ...prepared.call.input }
}

describe('the call of a campaign', () => {
  it('has what its recipe reads, and nothing else', () => {
    const to = { campaignArn: 'arn', userId: 'u1' }
    const context = { DEVICE: 'phone' }
    assert.deepEqual(inputOf('aws-user-personalization'), {
      operation: 'GetRecommendations',
      ...to,
      numResults: 7,
      context,
    })
    assert.deepEqual(inputOf('aws-similar-items'), {
      operation: 'GetRecommendations',
      ...to,
      itemId: 'i1',
      numResults: 7,
    })
    assert.deepEqual(inputOf('aws-personalized-ranking-v2'), {
      operation: 'GetPersonalizedRanking',
      ...to,
      inputList: ['a', 'b'],
      context,
    })
    assert.deepEqual(inputOf('aws-next-best-action'), { operation: 'GetActionRecommendations', ...to, numResults: 7 })
  })

  it('has a filter of its subject alone, without values that are blank, and promotions where there may be any', () => {
    const filters = { filter: ofItems, promotion: ofItems }
    const { filterArn, filterValues, promotions } = inputOf('aws-user-personalization', filters)
    assert.deepEqual([filterArn, filterValues], ['filter/genre', { GENRE: '"drama"' }])
    assert.deepEqual(promotions, [
      { name: 'console', percentPromotedItems: 30, filterArn: 'filter/genre', filterValues: { MOST: '5' } },
    ])
    assert.ok(!('filterArn' in inputOf('aws-next-best-action', filters)))
    assert.ok(!('promotions' in inputOf('aws-personalized-ranking', filters)))
    assert.equal(inputOf('aws-personalized-ranking', filters).filterArn, 'filter/genre')
  })

  it('is of a session that stands in for a user, and of a recommender', () => {
    const target = targetOf('aws-ecomm-recommended-for-you', 'recommender')
    const prepared = prepareCall(target, asked('session=visit'), {})
    assert.ok('call' in prepared)
    assert.deepEqual(prepared.call.input, { recommenderArn: 'arn', userId: 'visit', numResults: 10 })
  })

  it('waits for what the recipe needs', () => {
    const missing = (recipe: string, search: string) => prepareCall(targetOf(recipe), asked(search), {})
    assert.deepEqual(missing('aws-user-personalization', 'item=i1'), { missing: 'user' })
    assert.deepEqual(missing('aws-sims', 'user=u1'), { missing: 'item' })
    assert.deepEqual(missing('aws-personalized-ranking', 'user=u1'), { missing: 'items' })
    assert.ok('call' in missing('aws-popularity-count', ''))
  })
})

describe('the columns that tell of circumstances', () => {
  it('are those of interactions that have no place of their own in the API', () => {
    const fields = ['USER_ID', 'ITEM_ID', 'EVENT_TYPE', 'DEVICE'].map(name => ({ name, type: 'string' }))
    const record = { type: 'record', name: 'Interactions', fields: [...fields, { name: 'TIMESTAMP', type: 'long' }] }
    const schemas = { INTERACTIONS: schemaIn({ schema: JSON.stringify(record) }) }
    assert.deepEqual(
      contextsIn(schemas).map(({ name }) => name),
      ['DEVICE'],
    )
    assert.deepEqual(contextsIn({}), [])
  })
})
