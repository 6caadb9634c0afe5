import assert from 'node:assert/strict'
import { afterEach, beforeEach, describe, it } from 'node:test'
import { eventually } from '#test/eventually.ts'
import type { TestServices } from '#test/services.ts'
import { addDataset, createGroup, openIdleServices } from '#test/solutions.ts'
import { endOf, failJob } from '../../jobs/ending.ts'
import { statusesOf } from '../../jobs/statuses.ts'
import { startAutomaticTraining } from '../solution-versions/automatic-training.ts'
import { createRecommender } from './create-recommender.ts'
import { describeRecommender } from './describe-recommender.ts'
import { retrainDueRecommenders } from './retraining.ts'
import { startRecommender } from './start-recommender.ts'
import { stopRecommender } from './stop-recommender.ts'

const DAY = 86_400_000

describe('retraining of recommenders', () => {
  let services: TestServices
  let interactions: string
  let recommenderArn: string
  const recommenderConfig = { minRecommendationRequestsPerSecond: 2 }
  beforeEach(async () => {
    services = await openIdleServices()
    const datasetGroupArn = await createGroup(services, 'shop', { types: [], domain: 'ECOMMERCE' })
    interactions = await addDataset(services, datasetGroupArn, 'Interactions', 'ECOMMERCE')
    await addDataset(services, datasetGroupArn, 'Items', 'ECOMMERCE')
    await click('a')
    const recipeArn = 'arn:aws:personalize:::recipe/aws-ecomm-recommended-for-you'
    const input = { name: 'home', datasetGroupArn, recipeArn, recommenderConfig }
    recommenderArn = (await createRecommender.run(services, input)).recommenderArn!
    await train()
  })
  afterEach(() => services[Symbol.asyncDispose]())

  const after = (days: number) => retrainDueRecommenders(services, Date.now() + days * DAY)
  const read = async () => (await describeRecommender.run(services, { recommenderArn })).recommender!
  const click = async (itemId: string) => {
    const { id } = (await services.store.resources.get(interactions))!
    const known = { userId: 'ann', anonymous: false, sessionId: 's', timestampMs: 1, eventType: 'View' }
    await services.store.interactions.put(id, [{ ...known, itemId, eventId: null, eventValue: null, details: '' }])
  }
  /** Changes the status of the recommender as its job does. */
  const train = async (failureReason?: string) => {
    const { resources } = services.store
    const job = (await resources.get(recommenderArn))!
    await resources.update(recommenderArn, { status: statusesOf(job).running })
    if (failureReason !== undefined) await failJob(services.store, recommenderArn, failureReason)
    else await resources.update(recommenderArn, endOf(job, { trainedAt: Date.now() }, Date.now()))
  }

  it('follows after 7 days if there are new interactions, as an update without changes', async () => {
    assert.deepEqual(await after(8), [], 'no new data')
    await click('b')
    assert.deepEqual(await after(6), [], 'not yet due')
    assert.deepEqual(await after(7), [recommenderArn])
    const waiting = await read()
    assert.deepEqual([waiting.status, waiting.recommenderConfig], ['UPDATE PENDING', recommenderConfig])
    assert.deepEqual(waiting.latestRecommenderUpdate!.recommenderConfig, recommenderConfig)
    assert.deepEqual(await after(20), [], 'while it is trained')
    await train()
    assert.equal((await read()).status, 'ACTIVE')
    assert.deepEqual(await after(20), [], 'no new data')
  })

  it('leaves a recommender whose retraining fails as it was, until the next is due', async () => {
    await click('b')
    await after(7)
    await train('too little')
    const { status, failureReason, latestRecommenderUpdate } = await read()
    assert.deepEqual([status, failureReason], ['ACTIVE', undefined])
    assert.deepEqual(latestRecommenderUpdate!.failureReason, 'too little')
    assert.deepEqual(await after(7), [], 'the same data')
    await click('c')
    assert.deepEqual(await after(6), [])
    assert.deepEqual(await after(7), [recommenderArn])
  })

  it('ignores a stopped recommender; a start counts as a training', async () => {
    await stopRecommender.run(services, { recommenderArn })
    await click('b')
    assert.deepEqual(await after(8), [])
    await startRecommender.run(services, { recommenderArn })
    await train()
    assert.deepEqual(await after(8), [], 'trained with all there is')
  })

  it('is started by the server', async () => {
    await click('b')
    const { stop } = startAutomaticTraining(services, { now: () => Date.now() + 8 * DAY, everyMs: 5 })
    await eventually('a retraining', async () => (await read()).status !== 'ACTIVE')
    await stop()
    assert.equal((await read()).status, 'UPDATE PENDING')
  })
})
