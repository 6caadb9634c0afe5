import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { recipeOf } from '../recipe-uses.ts'
import { faultOf, faultOfDays, faultOfName, NEW_DRAFT, recommenderInput, solutionInput } from './draft.ts'

const personalization = recipeOf('aws-user-personalization-v2')!
const sims = recipeOf('aws-sims')!
const topPicks = recipeOf('aws-vod-top-picks')!

describe('the settings of a new solution', () => {
  it('leaves out of the call what is as the API has it anyway', () => {
    assert.deepEqual(solutionInput({ ...NEW_DRAFT, name: 'a' }, personalization, 'arn:g'), {
      name: 'a',
      datasetGroupArn: 'arn:g',
      recipeArn: personalization.recipeArn,
      performAutoTraining: true,
    })
  })

  it('has every setting where the API takes it', () => {
    const draft = {
      ...NEW_DRAFT,
      name: 'a',
      everyDays: '1',
      performHPO: true,
      eventType: 'watch',
      eventValueThreshold: '0.5',
      eventWeights: [
        { eventType: 'buy', weight: '0.7', threshold: '' },
        { eventType: 'rate', weight: '', threshold: '3' },
      ],
      objective: 'PRICE',
      excluded: { ITEMS: ['COLOR'], USERS: [] },
      parameters: { algorithmHyperParameters: { min_cointeraction_count: '2', popularity_discount_factor: '' } },
    }
    const { performHPO, eventType, solutionConfig } = solutionInput(draft, sims, 'arn:g')
    assert.deepEqual([performHPO, eventType], [true, 'watch'])
    assert.deepEqual(solutionConfig, {
      algorithmHyperParameters: { min_cointeraction_count: '2' },
      eventValueThreshold: '0.5',
      eventsConfig: {
        eventParametersList: [
          { eventType: 'buy', weight: 0.7 },
          { eventType: 'rate', eventValueThreshold: 3 },
        ],
      },
      optimizationObjective: { itemAttribute: 'PRICE', objectiveSensitivity: 'LOW' },
      trainingDataConfig: { excludedDatasetColumns: { ITEMS: ['COLOR'] } },
      autoTrainingConfig: { schedulingExpression: 'rate(1 day)' },
    })
  })

  it('has no schedule where versions are trained by hand alone', () => {
    const input = solutionInput({ ...NEW_DRAFT, isTrainedBySchedule: false, everyDays: '3' }, personalization, 'arn:g')
    assert.deepEqual([input.performAutoTraining, input.solutionConfig], [false, undefined])
  })
})

describe('the settings of a new recommender', () => {
  it('has exploration and the columns to leave out', () => {
    const parameters = { itemExplorationConfig: { explorationWeight: '0.1' } }
    const draft = { ...NEW_DRAFT, name: 'top', excluded: { ITEMS: ['COLOR'] }, parameters }
    assert.deepEqual(recommenderInput(draft, topPicks, 'arn:g').recommenderConfig, {
      itemExplorationConfig: { explorationWeight: '0.1' },
      trainingDataConfig: { excludedDatasetColumns: { ITEMS: ['COLOR'] } },
    })
    assert.equal(recommenderInput({ ...NEW_DRAFT, name: 'top' }, topPicks, 'arn:g').recommenderConfig, undefined)
  })
})

describe('the faults of settings', () => {
  it('are those that the server finds', () => {
    const fault = (value: string) => faultOf(topPicks, 'itemExplorationConfig', 'explorationWeight', value)
    assert.deepEqual([fault(''), fault('1'), fault('0.25')], [undefined, undefined, undefined])
    assert.match(fault('2')!, /"2" is not a number from 0 to 1; the default is 0.3/)
    assert.match(fault('often')!, /"often" is not a number/)
  })

  it('name a schedule and a name that cannot be', () => {
    assert.deepEqual(['1', '30'].map(faultOfDays), [undefined, undefined])
    for (const days of ['', '0', '31', '1.5', '-1']) assert.ok(faultOfDays(days), days)
    assert.deepEqual(['a', 'A-b_9', 'a'.repeat(63)].map(faultOfName), [undefined, undefined, undefined])
    for (const name of ['', '-a', 'a b', 'ä', 'a'.repeat(64)]) assert.ok(faultOfName(name), name)
  })
})
