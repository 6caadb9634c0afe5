import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { inputOf } from './properties.ts'
import { resourceType, resourceTypes } from './types.ts'

const GROUP = 'arn:aws:personalize:us-east-1:000000000000:dataset-group/shop'
const read = (noun: string, properties: object) => {
  const faults: string[] = []
  return { input: inputOf(resourceTypes[noun]!, properties, 'R.Properties', faults), faults }
}

describe('the properties of a resource', () => {
  it('are the members of the Create operation in Pascal case', () => {
    const { input, faults } = read('Solution', {
      Name: 'for-you',
      DatasetGroupArn: GROUP,
      PerformHPO: 'True',
      PerformAutoML: 'false',
      SolutionConfig: {
        EventValueThreshold: 0.5,
        AlgorithmHyperParameters: { hidden_dimension: 55 },
        HpoConfig: { HpoResourceConfig: { MaxNumberOfTrainingJobs: 2 } },
        AutoMLConfig: { RecipeList: [] },
        EventsConfig: { EventParametersList: [{ EventType: 'buy', Weight: '0.5' }] },
      },
      Tags: [{ Key: 'team', Value: 'films' }],
    })
    assert.deepEqual(faults, [])
    assert.deepEqual(input, {
      name: 'for-you',
      datasetGroupArn: GROUP,
      performHPO: true,
      performAutoML: false,
      solutionConfig: {
        eventValueThreshold: '0.5',
        algorithmHyperParameters: { hidden_dimension: '55' },
        hpoConfig: { hpoResourceConfig: { maxNumberOfTrainingJobs: '2' } },
        autoMLConfig: { recipeList: [] },
        eventsConfig: { eventParametersList: [{ eventType: 'buy', weight: 0.5 }] },
      },
      tags: [{ tagKey: 'team', tagValue: 'films' }],
    })
  })

  it('of a Dataset have the import that fills it, as CloudFormation defines it', () => {
    const job = { JobName: 'j', DataSource: { DataLocation: 's3://b/k' }, RoleArn: 'arn:aws:iam::000000000000:role/r' }
    const dataset = { Name: 'd', DatasetType: 'Users', DatasetGroupArn: GROUP, SchemaArn: GROUP }
    const { input, faults } = read('Dataset', { ...dataset, DatasetImportJob: { ...job, DatasetArn: GROUP } })
    assert.deepEqual(faults, [])
    assert.deepEqual(input.datasetImportJob, {
      jobName: 'j',
      dataSource: { dataLocation: 's3://b/k' },
      roleArn: 'arn:aws:iam::000000000000:role/r',
    })
    assert.deepEqual(read('Dataset', { ...dataset, DatasetImportJob: { JobName: 'j' } }).faults, [
      'R.Properties.DatasetImportJob.DataSource is missing: DatasetImportJob needs it',
    ])
  })

  for (const [noun, properties, fault] of [
    ['DatasetGroup', {}, 'R.Properties.Name is missing: AWS::Personalize::DatasetGroup needs it'],
    ['DatasetGroup', { Name: 'a b' }, 'R.Properties.Name must match ^[a-zA-Z0-9][a-zA-Z0-9\\-_]*, got "a b"'],
    ['DatasetGroup', { Name: 'x'.repeat(64) }, 'R.Properties.Name must have 63 characters at most'],
    ['DatasetGroup', { Name: [] }, 'R.Properties.Name must be a text'],
    ['DatasetGroup', { Name: 'x', Domain: 'SHOP' }, /Domain must be ECOMMERCE or VIDEO_ON_DEMAND, got "SHOP"$/],
    ['DatasetGroup', { Name: 'x', name: 'x' }, /name is not a property of AWS::Personalize::DatasetGroup; there are N/],
    ['Campaign', { Name: 'x', SolutionVersionArn: GROUP, MinProvisionedTPS: 0 }, /TPS must be 1 or more, got 0$/],
    ['Campaign', { Name: 'x', SolutionVersionArn: GROUP, MinProvisionedTPS: 'a' }, /TPS must be a whole number$/],
    ['Campaign', { Name: 'x', SolutionVersionArn: GROUP, MinProvisionedTPS: '0x10' }, /TPS must be a whole number$/],
    ['Campaign', { Name: 'x', SolutionVersionArn: GROUP, MinProvisionedTPS: '5.5' }, /TPS must be a whole number$/],
    ['Campaign', { Name: 'x', SolutionVersionArn: GROUP, CampaignConfig: 1 }, /CampaignConfig must be a mapping$/],
    ['Solution', { Name: 'x', DatasetGroupArn: GROUP, PerformHPO: 1 }, /PerformHPO must be true or false$/],
    ['Schema', { Name: 'x', Schema: {} }, 'R.Properties.Schema must be a text'],
  ] as const)
    it(`names the property of ${noun}: ${fault}`, () => {
      const { faults } = read(noun, properties)
      assert.equal(faults.length, 1, faults.join())
      if (typeof fault === 'string') assert.equal(faults[0], fault)
      else assert.match(faults[0]!, fault)
    })
})

describe('the types of resources', () => {
  it('are all that the service creates', () => {
    assert.equal(resourceType('AWS::Personalize::DataDeletion').noun, 'DataDeletionJob')
    const message = /^AWS::Personalize::Model is not a type of resource; there are AWS::Personalize::Schema, /
    assert.throws(() => resourceType('AWS::Personalize::Model'), { message })
  })
})
