import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type { TestServices } from '#test/services.ts'
import { createGroup, openIdleServices } from '#test/solutions.ts'
import type { RecommenderConfig } from '../../contract/generated/types.ts'
import { endOf, failJob } from '../../jobs/ending.ts'
import { isOpen, statusesOf } from '../../jobs/statuses.ts'
import { createRecommender } from './create-recommender.ts'
import { deleteRecommender } from './delete-recommender.ts'
import { describeRecommender } from './describe-recommender.ts'
import { listRecommenders } from './list-recommenders.ts'
import { startRecommender } from './start-recommender.ts'
import { stopRecommender } from './stop-recommender.ts'
import { updateRecommender } from './update-recommender.ts'

const METRICS = { coverage: 0.5, precision_at_5: 0.1, precision_at_10: 0.1, precision_at_25: 0.2 }

describe('recommenders', () => {
  let services: TestServices
  let datasetGroupArn: string
  before(async () => {
    services = await openIdleServices()
    datasetGroupArn = await createGroup(services, 'shop', { domain: 'ECOMMERCE' })
  })
  after(() => services[Symbol.asyncDispose]())

  /** Changes the status of a recommender as its job does: from pending to in progress to the end. */
  const train = async (recommenderArn: string, failureReason?: string) => {
    const { store } = services
    const waiting = (await store.resources.get(recommenderArn))!
    assert.ok(isOpen(waiting), waiting.status)
    const job = await store.resources.update(recommenderArn, { status: statusesOf(waiting).running })
    if (failureReason !== undefined) await failJob(store, recommenderArn, failureReason)
    else await store.resources.update(recommenderArn, endOf(job, { modelMetrics: METRICS }, Date.now()))
    return job.status
  }
  const create = async (name: string, recommenderConfig?: RecommenderConfig) => {
    const recipeArn = 'arn:aws:personalize:::recipe/aws-ecomm-recommended-for-you'
    const input = { name, datasetGroupArn, recipeArn, recommenderConfig }
    return (await createRecommender.run(services, input)).recommenderArn!
  }
  const trained = async (name: string, recommenderConfig?: RecommenderConfig) => {
    const recommenderArn = await create(name, recommenderConfig)
    assert.equal(await train(recommenderArn), 'CREATE IN_PROGRESS')
    return recommenderArn
  }
  const read = async (recommenderArn: string) =>
    (await describeRecommender.run(services, { recommenderArn })).recommender!
  const remove = (recommenderArn: string) => deleteRecommender.run(services, { recommenderArn })
  const without = (...columns: readonly string[]) => ({
    trainingDataConfig: { excludedDatasetColumns: { ITEMS: columns } },
  })
  const inUse = (message: RegExp) => ({ name: 'ResourceInUseException', message })

  it('are ACTIVE with metrics when they are trained, or failed for a reason', async () => {
    const arn = await trained('done')
    const { status, modelMetrics } = await read(arn)
    assert.deepEqual({ status, modelMetrics }, { status: 'ACTIVE', modelMetrics: METRICS })
    assert.deepEqual(Object.keys(modelMetrics!), ['coverage', 'precision_at_10', 'precision_at_25', 'precision_at_5'])
    const failed = await create('failed')
    await train(failed, 'too little')
    assert.deepEqual([(await read(failed)).status, (await read(failed)).failureReason], ['CREATE FAILED', 'too little'])
    for (const one of [arn, failed]) await remove(one)
  })

  describe('StopRecommender and StartRecommender', () => {
    const stop = (recommenderArn: string) => stopRecommender.run(services, { recommenderArn })
    const start = (recommenderArn: string) => startRecommender.run(services, { recommenderArn })

    it('make it INACTIVE, and retrain it', async () => {
      const recommenderArn = await trained('paused')
      assert.deepEqual(await stop(recommenderArn), { recommenderArn })
      assert.equal((await read(recommenderArn)).status, 'INACTIVE')
      assert.deepEqual(await start(recommenderArn), { recommenderArn })
      assert.equal((await read(recommenderArn)).status, 'START PENDING')
      assert.equal(await train(recommenderArn), 'START IN_PROGRESS')
      assert.equal((await read(recommenderArn)).status, 'ACTIVE')
      await remove(recommenderArn)
    })

    it('leave it INACTIVE where it cannot be trained', async () => {
      const recommenderArn = await trained('unlucky')
      await stop(recommenderArn)
      await start(recommenderArn)
      await train(recommenderArn, 'too little')
      const { status, failureReason } = await read(recommenderArn)
      assert.deepEqual([status, failureReason], ['INACTIVE', 'too little'])
      await start(recommenderArn)
      assert.equal((await read(recommenderArn)).failureReason, undefined)
      await train(recommenderArn)
      await remove(recommenderArn)
    })

    it('refuse one in another status than ACTIVE and INACTIVE', async () => {
      const recommenderArn = await create('early')
      await assert.rejects(stop(recommenderArn), inUse(/is CREATE PENDING, not ACTIVE: try again later$/))
      await train(recommenderArn)
      const invalid = { name: 'InvalidInputException', message: /is ACTIVE, not INACTIVE$/ }
      await assert.rejects(start(recommenderArn), invalid)
      await remove(recommenderArn)
    })
  })

  describe('UpdateRecommender', () => {
    const update = (recommenderArn: string, recommenderConfig: RecommenderConfig) =>
      updateRecommender.run(services, { recommenderArn, recommenderConfig })

    it('changes its settings at once', async () => {
      const recommenderArn = await trained('updated', without('STOCK'))
      assert.equal((await read(recommenderArn)).latestRecommenderUpdate, undefined)
      const recommenderConfig = { ...without('STOCK'), minRecommendationRequestsPerSecond: 2 }
      await update(recommenderArn, recommenderConfig)
      const { status, latestRecommenderUpdate, ...rest } = await read(recommenderArn)
      const { creationDateTime, lastUpdatedDateTime, ...summary } = latestRecommenderUpdate!
      assert.deepEqual([status, rest.recommenderConfig], ['ACTIVE', recommenderConfig])
      assert.deepEqual(summary, { recommenderConfig, status: 'ACTIVE' })
      await remove(recommenderArn)
    })

    it('retrains it with other columns', async () => {
      const recommenderArn = await trained('columns')
      await update(recommenderArn, without('STOCK'))
      const waiting = await read(recommenderArn)
      assert.deepEqual([waiting.status, waiting.latestRecommenderUpdate!.status], ['UPDATE PENDING', 'CREATE PENDING'])
      await assert.rejects(update(recommenderArn, {}), inUse(/is UPDATE PENDING, not ACTIVE/))
      assert.equal(await train(recommenderArn), 'UPDATE IN_PROGRESS')
      const { status, latestRecommenderUpdate } = await read(recommenderArn)
      assert.deepEqual([status, latestRecommenderUpdate!.status], ['ACTIVE', 'ACTIVE'])
      await remove(recommenderArn)
    })

    it('refuses settings that change nothing, and leaves no trace of them', async () => {
      const recommenderArn = await trained('same', { enableMetadataWithRecommendations: true })
      const same = { name: 'InvalidInputException', message: /^recommenderConfig: .*same has these settings already$/ }
      for (const more of [{}, { minRecommendationRequestsPerSecond: 1 }, { trainingDataConfig: {} }])
        await assert.rejects(update(recommenderArn, { enableMetadataWithRecommendations: true, ...more }), same)
      assert.equal((await read(recommenderArn)).latestRecommenderUpdate, undefined)
      await update(recommenderArn, {})
      await assert.rejects(update(recommenderArn, { itemExplorationConfig: {} }), same)
      await remove(recommenderArn)
    })

    it('repeats a failed update', async () => {
      const recommenderArn = await trained('again')
      await update(recommenderArn, without('STOCK'))
      await train(recommenderArn, 'too little')
      await update(recommenderArn, without('STOCK'))
      assert.equal(await train(recommenderArn), 'UPDATE IN_PROGRESS')
      assert.equal((await read(recommenderArn)).latestRecommenderUpdate!.failureReason, undefined)
      await assert.rejects(update(recommenderArn, without('STOCK')), { name: 'InvalidInputException' })
      await remove(recommenderArn)
    })

    it('leaves it ACTIVE where it cannot be retrained', async () => {
      const recommenderArn = await trained('kept')
      await update(recommenderArn, without('STOCK'))
      await train(recommenderArn, 'too little')
      const { status, failureReason, latestRecommenderUpdate } = await read(recommenderArn)
      assert.deepEqual([status, failureReason], ['ACTIVE', undefined])
      const { status: ended, failureReason: why } = latestRecommenderUpdate!
      assert.deepEqual([ended, why], ['CREATE FAILED', 'too little'])
      await remove(recommenderArn)
    })
  })

  describe('DeleteRecommender', () => {
    it('deletes one that is INACTIVE, and none that is in training', async () => {
      const recommenderArn = await create('deleted')
      await assert.rejects(
        remove(recommenderArn),
        inUse(/recommender\/deleted cannot be deleted while it is CREATE PEND/),
      )
      await train(recommenderArn)
      await stopRecommender.run(services, { recommenderArn })
      await remove(recommenderArn)
      const message = /^The given recommender does not exist: .*recommender\/deleted$/
      await assert.rejects(remove(recommenderArn), { name: 'ResourceNotFoundException', message })
    })
  })

  describe('ListRecommenders', () => {
    it('lists those of a dataset group, page by page', async () => {
      for (const name of ['l1', 'l2', 'l3']) await create(name)
      const first = await listRecommenders.run(services, { datasetGroupArn, maxResults: 2 })
      const second = await listRecommenders.run(services, { datasetGroupArn, nextToken: first.nextToken })
      const all = [...first.recommenders!, ...second.recommenders!]
      assert.deepEqual(
        all.map(({ name }) => name),
        ['l1', 'l2', 'l3'],
      )
      const none = await listRecommenders.run(services, { datasetGroupArn: `${datasetGroupArn}s` })
      assert.deepEqual(none.recommenders, [])
    })
  })
})
