import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type { TestServices } from '#test/services.ts'
import { createGroup, openIdleServices } from '#test/solutions.ts'
import type { CreateRecommenderRequest, RecommenderConfig } from '../../contract/generated/types.ts'
import { createRecommender } from './create-recommender.ts'
import { describeRecommender } from './describe-recommender.ts'

const recipe = (name: string) => `arn:aws:personalize:::recipe/${name}`
const recipeArn = recipe('aws-ecomm-recommended-for-you')

describe('CreateRecommender', () => {
  let services: TestServices
  let datasetGroupArn: string
  before(async () => {
    services = await openIdleServices()
    datasetGroupArn = await createGroup(services, 'shop', { domain: 'ECOMMERCE' })
  })
  after(() => services[Symbol.asyncDispose]())

  const create = (name: string, more: Partial<CreateRecommenderRequest> = {}) =>
    createRecommender.run(services, { name, datasetGroupArn, recipeArn, ...more })
  const read = async (name: string) => {
    const recommenderArn = services.arns.of(`recommender/${name}`)
    return (await describeRecommender.run(services, { recommenderArn })).recommender!
  }

  it('starts the training of a recommender', async () => {
    const created = await create('web')
    assert.deepEqual(created, { recommenderArn: 'arn:aws:personalize:us-east-1:000000000000:recommender/web' })
    const { creationDateTime, lastUpdatedDateTime, ...recommender } = await read('web')
    assert.equal(creationDateTime, lastUpdatedDateTime)
    const recommenderConfig = { minRecommendationRequestsPerSecond: 1 }
    const shown = { name: 'web', ...created, datasetGroupArn, recipeArn, recommenderConfig, status: 'CREATE PENDING' }
    assert.deepEqual(recommender, shown)
  })

  it('keeps its settings', async () => {
    const recommenderConfig: RecommenderConfig = {
      itemExplorationConfig: { explorationWeight: '0.1' },
      minRecommendationRequestsPerSecond: 2,
      trainingDataConfig: { excludedDatasetColumns: { ITEMS: ['STOCK'] } },
      enableMetadataWithRecommendations: true,
    }
    await create('set', { recommenderConfig })
    assert.deepEqual((await read('set')).recommenderConfig, recommenderConfig)
  })

  it('accepts excluded columns of a dataset that its recipe does not read', async () => {
    const trainingDataConfig = { excludedDatasetColumns: { ITEMS: ['STOCK'] } }
    const popular = recipe('aws-ecomm-popular-items-by-views')
    await create('popular', { recipeArn: popular, recommenderConfig: { trainingDataConfig } })
    assert.deepEqual((await read('popular')).recommenderConfig!.trainingDataConfig, trainingDataConfig)
  })

  it('needs a use case of the domain of its dataset group', async () => {
    const custom = await createGroup(services, 'custom')
    const refused = [
      [{ recipeArn: recipe('aws-vod-top-picks') }, /aws-vod-top-picks is for VIDEO_ON_DEMAND; .* group, ECOMMERCE$/],
      [{ recipeArn: recipe('aws-sims') }, /^recipeArn: aws-sims is for solutions; .* group, ECOMMERCE$/],
      [{ datasetGroupArn: custom }, /aws-ecomm-recommended-for-you is for ECOMMERCE; .* group, which has none$/],
    ] as const
    for (const [more, message] of refused) {
      await assert.rejects(create('wrong', more), { name: 'InvalidInputException', message })
    }
    const message = 'The given recipe does not exist: arn:aws:personalize:::recipe/none'
    await assert.rejects(create('wrong', { recipeArn: recipe('none') }), { name: 'ResourceNotFoundException', message })
  })

  it('needs the datasets that the recipe requires', async () => {
    const empty = await createGroup(services, 'empty', { types: ['Items'], domain: 'ECOMMERCE' })
    const message = `The dataset group ${empty} has no dataset of type INTERACTIONS: create it first`
    await assert.rejects(create('early', { datasetGroupArn: empty }), { name: 'InvalidInputException', message })
  })

  it('refuses settings that its recipe does not have, and unknown columns', async () => {
    const refused: readonly [RecommenderConfig, RegExp][] = [
      [{ itemExplorationConfig: { weight: '1' } }, /^itemExplorationConfig\.weight: .* no such parameter/],
      [
        { trainingDataConfig: { excludedDatasetColumns: { Items: ['COLOR'] } } },
        /^recommenderConfig\.trainingDataConfig\.excludedDatasetColumns\.Items: there is no column COLOR/,
      ],
    ]
    for (const [recommenderConfig, message] of refused) {
      await assert.rejects(create('wrong', { recommenderConfig }), { name: 'InvalidInputException', message })
    }
  })

  it('refuses a name that is taken, and a sixth in a dataset group', async () => {
    const full = await createGroup(services, 'full', { domain: 'ECOMMERCE' })
    await create('full', { datasetGroupArn: full })
    const taken = { name: 'ResourceAlreadyExistsException', message: /recommender\/full already exists\.$/ }
    await assert.rejects(create('full', { datasetGroupArn: full }), taken)
    for (let i = 1; i < 5; i++) await create(`full${i}`, { datasetGroupArn: full })
    const message = 'More than 5 resources in ACTIVE state. Please delete some and try again.'
    const exceeded = { name: 'LimitExceededException', message }
    await assert.rejects(create('full5', { datasetGroupArn: full }), exceeded)
  })
})
