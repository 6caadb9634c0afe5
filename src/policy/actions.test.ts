import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { allOperations, shapeOf } from '../contract/registry.ts'
import { neededBy } from './actions.ts'

const arnOf = (path: string) => `arn:aws:personalize:us-east-1:000000000000:${path}`
const needed = (name: string, input: object) =>
  neededBy(name as never, input, arnOf).map(({ action, resource }) => `${action} ${resource.replace(arnOf(''), '')}`)

/** An input with a text for each member: an ARN for one that names a resource. */
function inputOf({ service, input }: (typeof allOperations)[number]): Record<string, unknown> {
  const members = Object.keys(shapeOf(service, input).members ?? {})
  return Object.fromEntries(members.map(name => [name, name.endsWith('Arn') ? arnOf(`${name}/x`) : 'X']))
}

describe('the actions of operations', () => {
  it('are 79, each of its own name, on members that the operation has', () => {
    const rows = allOperations.map(operation => {
      const all = needed(operation.name, inputOf(operation))
      for (const one of all) {
        assert.match(one, new RegExp(`^personalize:${operation.name} `))
        assert.doesNotMatch(one, /undefined/)
      }
      return operation.name
    })
    assert.equal(rows.length, 79)
  })

  it('leave no resource out that an operation describes, changes, deletes or uses', () => {
    /** Members that name what is in no dataset group, or where the reference names no resource. */
    const others = ['roleArn', 'kmsKeyArn', 'schemaArn', 'recipeArn', 'filterArn', 'solutionVersionArn']
    for (const operation of allOperations.filter(({ name }) => !name.startsWith('List'))) {
      const checked = needed(operation.name, inputOf(operation))
      const members = Object.keys(inputOf(operation)).filter(name => name.endsWith('Arn'))
      const left = members.filter(name => !checked.some(one => one.endsWith(` ${name}/x`)))
      const isMain = (name: string) => !others.includes(name) || members.length === 1
      if (operation.name === 'CreateBatchSegmentJob') continue
      assert.deepEqual(left.filter(isMain), [], operation.name)
    }
  })

  for (const [name, input, expected] of [
    ['ListDatasets', { datasetGroupArn: arnOf('dataset-group/a') }, ['personalize:ListDatasets *']],
    ['PutEvents', { trackingId: 'x' }, ['personalize:PutEvents *']],
    ['PutUsers', { datasetArn: arnOf('dataset/a/USERS') }, ['personalize:PutUsers dataset/a/USERS']],
    [
      'GetRecommendations',
      { recommenderArn: arnOf('recommender/r') },
      ['personalize:GetRecommendations recommender/r'],
    ],
    ['GetRecommendations', {}, ['personalize:GetRecommendations *']],
    [
      'CreateDataset',
      { name: 'n', datasetGroupArn: arnOf('dataset-group/a'), datasetType: 'Users' },
      ['personalize:CreateDataset dataset/a/USERS', 'personalize:CreateDataset dataset-group/a'],
    ],
    [
      'CreateDataset',
      { name: 'n', datasetGroupArn: arnOf('dataset-group/a'), datasetType: 'actionInteractions' },
      ['personalize:CreateDataset dataset/a/ACTION_INTERACTIONS', 'personalize:CreateDataset dataset-group/a'],
    ],
    [
      'CreateCampaign',
      { name: 'c', solutionVersionArn: arnOf('solution/s/1'), tags: [{ tagKey: 'a', tagValue: 'b' }] },
      [
        'personalize:CreateCampaign campaign/c',
        'personalize:CreateCampaign solution/s/1',
        'personalize:TagResource campaign/c',
      ],
    ],
    ['CreateDatasetGroup', { name: 'a', tags: [] }, ['personalize:CreateDatasetGroup dataset-group/a']],
    ['TagResource', { resourceArn: arnOf('filter/f'), tags: [{}] }, ['personalize:TagResource filter/f']],
    ['CreateBatchSegmentJob', { jobName: 'j' }, ['personalize:CreateBatchSegmentJob batch-segment-job/j']],
  ] as const) {
    it(`of ${name} are ${expected.join(', ')}`, () => assert.deepEqual(needed(name, input), expected))
  }
})
