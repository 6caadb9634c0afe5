import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type { TestServices } from '#test/services.ts'
import { createGroup, openIdleServices } from '#test/solutions.ts'
import type { CreateSolutionRequest, SolutionConfig } from '../../contract/generated/types.ts'
import { createDatasetGroup } from '../dataset-groups/create-dataset-group.ts'
import { createSolution } from './create-solution.ts'
import { describeSolution } from './describe-solution.ts'

const recipe = (name: string) => `arn:aws:personalize:::recipe/${name}`

describe('CreateSolution', () => {
  let services: TestServices
  let datasetGroupArn: string
  before(async () => {
    services = await openIdleServices()
    datasetGroupArn = await createGroup(services, 'shop')
  })
  after(() => services[Symbol.asyncDispose]())

  const create = (name: string, more: Partial<CreateSolutionRequest> = {}) =>
    createSolution.run(services, { name, datasetGroupArn, recipeArn: recipe('aws-user-personalization'), ...more })
  const read = async (name: string) => {
    const solutionArn = services.arns.of(`solution/${name}`)
    return (await describeSolution.run(services, { solutionArn })).solution!
  }

  it('creates a solution, ACTIVE at once, which is trained automatically', async () => {
    const created = await create('news')
    assert.deepEqual(created, { solutionArn: 'arn:aws:personalize:us-east-1:000000000000:solution/news' })
    const { creationDateTime, lastUpdatedDateTime, ...rest } = await read('news')
    assert.equal(creationDateTime, lastUpdatedDateTime)
    assert.deepEqual(rest, {
      name: 'news',
      ...created,
      performHPO: false,
      performAutoML: false,
      performAutoTraining: true,
      performIncrementalUpdate: false,
      solutionConfig: {},
      recipeArn: recipe('aws-user-personalization'),
      datasetGroupArn,
      status: 'ACTIVE',
    })
  })

  it('keeps its settings', async () => {
    const solutionConfig: SolutionConfig = {
      eventValueThreshold: '0.5',
      algorithmHyperParameters: { bptt: '16' },
      featureTransformationParameters: { max_user_history_length_percentile: '0.9' },
      hpoConfig: {
        hpoObjective: { type: 'MAXIMIZE', metricName: 'precision_at_10' },
        hpoResourceConfig: { maxNumberOfTrainingJobs: '4', maxParallelTrainingJobs: '2' },
        algorithmHyperParameterRanges: {
          integerHyperParameterRanges: [{ name: 'training.bptt', minValue: 2, maxValue: 22 }],
          categoricalHyperParameterRanges: [{ name: 'recency_mask', values: ['True', 'false'] }],
        },
      },
      optimizationObjective: { itemAttribute: 'PRICE', objectiveSensitivity: 'LOW' },
      trainingDataConfig: { excludedDatasetColumns: { Items: ['STOCK'] } },
      autoTrainingConfig: { schedulingExpression: 'rate(1 day)' },
    }
    await create('all', { eventType: 'buy', performHPO: true, performAutoTraining: false, solutionConfig })
    const solution = await read('all')
    assert.deepEqual(solution.solutionConfig, solutionConfig)
    assert.deepEqual([solution.eventType, solution.performHPO, solution.performAutoTraining], ['buy', true, false])
  })

  it('takes an empty event type for none, so that all events are trained on', async () => {
    await create('any-type', { eventType: '' })
    assert.equal('eventType' in (await read('any-type')), false)
  })

  it('knows columns by their letters and digits, as filters do, and shows them as they were given', async () => {
    const solutionConfig: SolutionConfig = {
      optimizationObjective: { itemAttribute: 'price', objectiveSensitivity: 'LOW' },
      trainingDataConfig: { excludedDatasetColumns: { Items: ['stock', 'categoryL1'] } },
    }
    await create('lower', { solutionConfig })
    assert.deepEqual((await read('lower')).solutionConfig, solutionConfig)
  })

  it('refuses settings that its recipe does not have, and unknown columns', async () => {
    const v2 = { recipeArn: recipe('aws-user-personalization-v2') }
    const range = (name: string, minValue: number, maxValue: number) => ({
      hpoConfig: {
        algorithmHyperParameterRanges: { integerHyperParameterRanges: [{ name, minValue, maxValue }] },
      },
    })
    const weights = (...types: readonly string[]) => ({
      eventsConfig: { eventParametersList: types.map(eventType => ({ eventType, weight: 0.5 })) },
    })
    const excluded = (columns: Readonly<Record<string, readonly string[]>>) => ({
      trainingDataConfig: { excludedDatasetColumns: columns },
    })
    const objective = (itemAttribute: string) => ({
      optimizationObjective: { itemAttribute, objectiveSensitivity: 'HIGH' as const },
    })
    const refused: readonly [SolutionConfig, RegExp, Partial<CreateSolutionRequest>?][] = [
      [{ algorithmHyperParameters: { depth: '3' } }, /^algorithmHyperParameters\.depth: aws-user-pers.* has no such/],
      [{ featureTransformationParameters: { bptt: '3' } }, /^featureTransformationParameters\.bptt: .* no such/],
      [range('hidden_dimension', 16, 64), /integerHyperParameterRanges: hidden_dimension: .* from 32 to 256; got 16/],
      [range('recency_mask', 1, 2), /"recency_mask" is no integer hyperparameter .* recency_mask \(categorical\)/],
      [{ hpoConfig: { hpoResourceConfig: { maxNumberOfTrainingJobs: '41' } } }, /from 1 to 40 .* got "41"/],
      [{ hpoConfig: { hpoObjective: { metricName: 'accuracy' } } }, /metricName must be coverage, .*; got "accuracy"$/],
      [
        { hpoConfig: { hpoObjective: { type: 'Most' } } },
        /hpoObjective\.type must be Maximize or Minimize, got "Most"$/,
      ],
      [{ eventValueThreshold: 'high' }, /^solutionConfig\.eventValueThreshold must be a number .* got "high"/],
      [weights('buy'), /^solutionConfig\.eventsConfig: aws-user-personalization does not support it, only .*-v2$/],
      [weights('buy', 'buy'), /eventParametersList\.2\.member\.eventType: "buy" comes twice/, v2],
      [objective('PRICE'), /optimizationObjective: aws-user-personalization-v2 does not support it/, v2],
      [objective('CATEGORY_L1'), /CATEGORY_L1 must be an int, long, float or double, and is a string/],
      [objective('STOCK'), /STOCK must not allow null/],
      [objective('COLOR'), /there is no column COLOR; ITEMS has ITEM_ID, CATEGORY_L1, PRICE, STOCK/],
      [excluded({ Items: ['COLOR'] }), /excludedDatasetColumns\.Items: there is no column COLOR/],
      [excluded({ Users: ['AGE'] }), /excludedDatasetColumns\.Users: the dataset group has no dataset of type USERS/],
      [excluded({ Interactions: ['event_type'] }), /EVENT_TYPE cannot be excluded/],
      [
        { autoTrainingConfig: { schedulingExpression: 'rate(31 days)' } },
        /must be from rate\(1 day\) to .* got rate\(31/,
      ],
    ]
    for (const [solutionConfig, message, more] of refused) {
      await assert.rejects(create('wrong', { solutionConfig, ...more }), { name: 'InvalidInputException', message })
    }
    const invalid = {
      name: 'InvalidInputException',
      message: /^performIncrementalUpdate: aws-user-pers.* does not support it/,
    }
    await assert.rejects(create('wrong', { performIncrementalUpdate: true }), invalid)
  })

  it('needs a recipe that exists and is not of a domain, and a dataset group', async () => {
    const refused = [
      [{ recipeArn: undefined }, 'InvalidInputException', /^recipeArn is required/],
      [{ recipeArn: recipe('aws-none') }, 'ResourceNotFoundException', /^The given recipe does not exist: .*aws-none$/],
      [
        { recipeArn: recipe('aws-vod-top-picks') },
        'InvalidInputException',
        /aws-vod-top-picks is a use case of the domain VIDEO_ON_DEMAND: CreateRecommender takes it/,
      ],
      [{ datasetGroupArn: `${datasetGroupArn}s` }, 'ResourceNotFoundException', /^The given dataset group does not/],
    ] as const
    for (const [more, name, message] of refused) await assert.rejects(create('wrong', more), { name, message })
  })

  it('allows a custom recipe in a domain dataset group too', async () => {
    const domain = await createDatasetGroup.run(services, { name: 'domain', domain: 'ECOMMERCE' })
    await create('custom', { datasetGroupArn: domain.datasetGroupArn! })
    assert.equal((await read('custom')).status, 'ACTIVE')
  })

  it('lets AutoML choose the recipe', async () => {
    const automatic = { recipeArn: undefined, performAutoML: true }
    await create('auto', automatic)
    const { autoMLResult, recipeArn, performHPO } = await read('auto')
    assert.deepEqual(autoMLResult, { bestRecipeArn: recipe('aws-user-personalization') })
    assert.deepEqual([recipeArn, performHPO], [undefined, true])

    const recipeList = [recipe('aws-hrnn'), recipe('aws-hrnn-metadata')]
    await create('listed', { ...automatic, solutionConfig: { autoMLConfig: { recipeList } } })
    assert.deepEqual((await read('listed')).autoMLResult, { bestRecipeArn: recipe('aws-hrnn') })

    const invalid = (message: RegExp) => ({ name: 'InvalidInputException', message })
    await assert.rejects(create('wrong', { performAutoML: true }), invalid(/^recipeArn must be omitted/))
    const objective = { hpoConfig: { hpoObjective: { metricName: 'accuracy' } } }
    await assert.rejects(
      create('wrong', { ...automatic, solutionConfig: objective }),
      invalid(/metricName must be .*; got "accuracy"$/),
    )
    const sims = { autoMLConfig: { recipeList: [recipe('aws-sims')] } }
    await assert.rejects(
      create('wrong', { ...automatic, solutionConfig: sims }),
      invalid(/aws-sims is not of the type/),
    )
  })

  it('refuses a name that is taken, and an eleventh in a dataset group', async () => {
    const taken = { name: 'ResourceAlreadyExistsException', message: /solution\/taken already exists\.$/ }
    const group = await createGroup(services, 'full')
    await create('taken', { datasetGroupArn: group })
    await assert.rejects(create('taken'), taken)
    for (let i = 1; i < 10; i++) await create(`full${i}`, { datasetGroupArn: group })
    const message = 'More than 10 resources in ACTIVE state. Please delete some and try again.'
    const full = { name: 'LimitExceededException', message }
    await assert.rejects(create('full10', { datasetGroupArn: group }), full)
  })
})
