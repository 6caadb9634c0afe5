import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { differences } from './compare.ts'
import { resourceTypes } from './types.ts'

const SOLUTION = 'arn:aws:personalize:us-east-1:000000000000:solution/s'
const of = (noun: string, input: object, document: object) =>
  differences(resourceTypes[noun]!, input as never, document as never).map(({ property }) => property)

describe('comparing a resource with its declaration', () => {
  for (const [name, noun, input, document] of [
    ['a default that is left out', 'Campaign', { name: 'c' }, { name: 'c', minProvisionedTPS: 1 }],
    ['an empty config', 'Campaign', { name: 'c' }, { name: 'c', campaignConfig: { itemExplorationConfig: {} } }],
    ['a default that is given', 'Solution', { performAutoTraining: true, performHPO: false }, {}],
    [
      'hyperparameters that AutoML tunes',
      'Solution',
      { performAutoML: true },
      { performAutoML: true, performHPO: true },
    ],
    ['the type of a dataset in other letters', 'Dataset', { datasetType: 'Users' }, { datasetType: 'USERS' }],
    ['JSON written in another way', 'Schema', { schema: '{"a": 1}' }, { schema: '{ "a":1 }' }],
    [
      'an ARN of another account',
      'SolutionVersion',
      { solutionArn: SOLUTION },
      { solutionArn: SOLUTION.replace('000000000000', '123456789012') },
    ],
    [
      'the newest version',
      'Campaign',
      { solutionVersionArn: `${SOLUTION}/$LATEST` },
      { solutionVersionArn: `${SOLUTION}/abc` },
    ],
    ['properties of a job that are left out', 'DataDeletionJob', { jobName: 'j' }, { jobName: 'j', roleArn: 'r' }],
    [
      'columns that UpdateDataset has left out',
      'Solution',
      {},
      { solutionConfig: { trainingDataConfig: { excludedDatasetColumns: { USERS: ['NEW'] } } } },
    ],
    [
      'metrics in another order',
      'MetricAttribution',
      { metrics: [{ metricName: 'a' }, { metricName: 'b' }] },
      { metrics: [{ metricName: 'b' }, { metricName: 'a' }] },
    ],
  ] as const)
    it(`finds no difference in ${name}`, () => assert.deepEqual(of(noun, input, document), []))

  for (const [property, noun, input, document] of [
    ['MinProvisionedTPS', 'Campaign', {}, { minProvisionedTPS: 2 }],
    ['EventType', 'Solution', {}, { eventType: 'buy' }],
    [
      'CampaignConfig.RankingInfluence.POPULARITY',
      'Campaign',
      {},
      { campaignConfig: { rankingInfluence: { POPULARITY: 0.5 } } },
    ],
    [
      'SolutionVersionArn',
      'Campaign',
      { solutionVersionArn: `${SOLUTION}/$LATEST` },
      { solutionVersionArn: `${SOLUTION}2/a` },
    ],
    ['SolutionArn', 'SolutionVersion', { solutionArn: SOLUTION }, { solutionArn: `${SOLUTION}2` }],
    ['Schema', 'Schema', { schema: '{"a": 1}' }, { schema: '{"a": 2}' }],
    [
      'SolutionConfig.TrainingDataConfig.ExcludedDatasetColumns',
      'Solution',
      { solutionConfig: { trainingDataConfig: { excludedDatasetColumns: { USERS: ['AGE'] } } } },
      {},
    ],
    ['DatasetImportJob', 'Dataset', { datasetImportJob: { jobName: 'j' } }, {}],
    ['Metrics', 'MetricAttribution', { metrics: [{ metricName: 'a' }] }, { metrics: [{ metricName: 'b' }] }],
  ] as const)
    it(`finds ${property}`, () => assert.deepEqual(of(noun, input, document), [property]))
})
