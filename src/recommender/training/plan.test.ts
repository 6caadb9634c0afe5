import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { parseSchema } from '../../datasets/schema.ts'
import { EVERY_EVENT } from './event-rules.ts'
import { type PlanDocument, planOf } from './plan.ts'

const arnOf = (recipe: string) => `arn:aws:personalize:::recipe/${recipe}`
const plan = (document: PlanDocument = {}, recipe = 'aws-user-personalization') =>
  planOf({ recipeArn: arnOf(recipe), datasetGroupArn: 'group', ...document })

describe('the events that a training is about', () => {
  it('are all unless the solution says otherwise', () => {
    assert.deepEqual(plan().rules, EVERY_EVENT)
  })

  it('are those of its event type, from its threshold on', () => {
    const { rules } = plan({ eventType: 'click', solutionConfig: { eventValueThreshold: '3.5' } })
    assert.deepEqual(rules, [{ eventType: 'click', threshold: 3.5, weight: 1 }])
    const anyType = plan({ solutionConfig: { eventValueThreshold: '0' } })
    assert.deepEqual(anyType.rules, [{ eventType: undefined, threshold: 0, weight: 1 }])
  })

  it('are those that the use case of a domain is about', () => {
    const { rules } = plan({}, 'aws-ecomm-popular-items-by-purchases')
    assert.deepEqual(rules, [{ eventType: 'Purchase', threshold: undefined, weight: 1 }])
  })

  it('are those of its events configuration, with weights by their ratio', () => {
    const rulesOf = (...weights: number[]) =>
      plan({
        solutionConfig: {
          eventsConfig: {
            eventParametersList: weights.map((weight, i) => ({ eventType: `e${i}`, eventValueThreshold: i, weight })),
          },
        },
      }).rules
    assert.deepEqual(rulesOf(0.5, 0.05), rulesOf(1, 0.1))
    assert.deepEqual(rulesOf(0.5, 1), [
      { eventType: 'e0', threshold: 0, weight: 0.5 },
      { eventType: 'e1', threshold: 1, weight: 1 },
    ])
    assert.deepEqual(
      rulesOf(0, 0).map(({ weight }) => weight),
      [0, 0],
    )
  })
})

describe('the columns that a training leaves out', () => {
  const category = (name: string) => ({ name, type: 'string', categorical: true })
  const fields = [{ name: 'ITEM_ID', type: 'string' }, category('GENRES'), category('STUDIO')]
  const items = parseSchema(JSON.stringify({ type: 'record', name: 'Items', fields }))
  const users = parseSchema(
    JSON.stringify({ type: 'record', name: 'Users', fields: [{ name: 'USER_ID', type: 'string' }, fields[1]] }),
  )
  const excluding = { excludedDatasetColumns: { items: ['studio'] } }

  it('are those that it excludes of this dataset, however that is written', () => {
    const { excluded } = plan({ solutionConfig: { trainingDataConfig: excluding } })
    assert.deepEqual([excluded(items), excluded(users)], [['STUDIO'], []])
  })

  it('are all but those that it includes, however these are written', () => {
    for (const names of [
      ['ITEM_ID', 'GENRES'],
      ['itemId', 'genres'],
    ]) {
      const trainingDataConfig = { includedDatasetColumns: { ITEMS: names } }
      assert.deepEqual(plan({ solutionConfig: { trainingDataConfig } }).excluded(items), ['STUDIO'])
    }
  })

  it('are those of a recommender likewise', () => {
    const { excluded } = plan({ recommenderConfig: { trainingDataConfig: excluding } }, 'aws-ecomm-recommended-for-you')
    assert.deepEqual(excluded(items), ['STUDIO'])
  })
})

describe('the settings of a training', () => {
  it('are the defaults of the recipe, and what the solution sets', () => {
    const usual = plan().parameters
    assert.ok(Object.keys(usual).length > 0)
    const set = plan({ solutionConfig: { algorithmHyperParameters: { bptt: '7' } } }).parameters
    assert.deepEqual(set, { ...usual, bptt: 7 })
    assert.throws(() => plan({ solutionConfig: { algorithmHyperParameters: { nonsense: '1' } } }), {
      code: 'InvalidInputException',
    })
  })

  it('have an objective with its sensitivity, OFF unless given', () => {
    const objectiveOf = (optimizationObjective: object) => plan({ solutionConfig: { optimizationObjective } }).objective
    assert.deepEqual(objectiveOf({ itemAttribute: 'PRICE', objectiveSensitivity: 'HIGH' }), {
      attribute: 'PRICE',
      sensitivity: 1,
    })
    assert.deepEqual(objectiveOf({ itemAttribute: 'PRICE' }), { attribute: 'PRICE', sensitivity: 0 })
    assert.equal(objectiveOf({}), undefined)
    assert.equal(plan().objective, undefined)
  })
})
