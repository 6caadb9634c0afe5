import assert from 'node:assert/strict'
import { readdirSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { after, before, describe, it } from 'node:test'
import { DeleteCampaignCommand, DeleteSolutionCommand, GetSolutionMetricsCommand } from '@aws-sdk/client-personalize'
import { GetRecommendationsCommand } from '@aws-sdk/client-personalize-runtime'
import { temporaryDirectory } from '#test/directory.ts'
import { createMarket, deploy, type Market, train } from '#test/market.ts'
import { createDataset, startTestServer, type TestServer } from '#test/server.ts'

describe('training a solution version', () => {
  let server: TestServer
  let market: Market
  before(async () => {
    server = await startTestServer()
    market = await createMarket(server)
  })
  after(() => server[Symbol.asyncDispose]())

  it('measures it on held-back users, under the metric names of the service', async () => {
    const version = await train(server, market.datasetGroupArn, 'aws-user-personalization')
    assert.equal(version.status, 'ACTIVE')
    assert.ok(version.trainingHours! > 0)
    const { solutionVersionArn } = version
    const { metrics } = await server.personalize.send(new GetSolutionMetricsCommand({ solutionVersionArn }))
    const at = (name: string) => [5, 10, 25].map(k => `${name}_at_${k}`)
    assert.deepEqual(
      Object.keys(metrics!).sort(),
      [
        'coverage',
        'mean_reciprocal_rank_at_25',
        ...at('normalized_discounted_cumulative_gain'),
        ...at('precision'),
      ].sort(),
    )
    for (const value of Object.values(metrics!)) {
      assert.ok(value >= 0 && value <= 1)
      assert.equal(value, Number(value.toFixed(4)))
    }
    assert.ok(metrics!.precision_at_10! > 0)
  })

  it('makes the same model from the same data', async () => {
    const answers: unknown[] = []
    for (let again = 0; again < 2; again++) {
      const campaignArn = await deploy(server, market.datasetGroupArn, 'aws-user-personalization-v2')
      const command = new GetRecommendationsCommand({ campaignArn, userId: 'Guest-3', numResults: 60 })
      answers.push((await server.runtime.send(command)).itemList)
    }
    assert.deepEqual(answers[0], answers[1])
  })

  it('fails with the message of the service if there are too few data', async () => {
    const { datasetGroupArn } = await createDataset(server, 'Interactions', { group: 'empty' })
    const version = await train(server, datasetGroupArn, 'aws-user-personalization-v2')
    assert.equal(version.status, 'CREATE FAILED')
    assert.match(version.failureReason!, /^Create failed. Dataset has fewer than 1000 interactions/)
  })

  it('counts only the events of its type and value', async () => {
    const version = await train(server, market.datasetGroupArn, 'aws-user-personalization-v2', { eventType: 'buy' })
    assert.match(version.failureReason!, /fewer than 1000 interactions after filtering by event type: buy/)
  })

  it('searches hyperparameters in the ranges of the solution, and reports the chosen ones', async () => {
    const range = { name: 'min_cointeraction_count', minValue: 1, maxValue: 2 }
    const version = await train(server, market.datasetGroupArn, 'aws-sims', {
      performHPO: true,
      solutionConfig: { hpoConfig: { algorithmHyperParameterRanges: { integerHyperParameterRanges: [range] } } },
    })
    const { algorithmHyperParameters } = version.tunedHPOParams!
    assert.deepEqual(Object.keys(algorithmHyperParameters!).sort(), [
      'min_cointeraction_count',
      'popularity_discount_factor',
    ])
    const count = Number(algorithmHyperParameters!.min_cointeraction_count)
    assert.ok(count >= 1 && count <= 2, `${count}`)
  })

  it('leaves nothing behind when the solution is deleted', async () => {
    const models = () => readdirSync(`${server.dataDir}/models`).length
    const before = models()
    const campaignArn = await deploy(server, market.datasetGroupArn, 'aws-popularity-count', { name: 'short-lived' })
    assert.equal(models(), before + 1)
    await server.personalize.send(new DeleteCampaignCommand({ campaignArn }))
    const solutionArn = campaignArn.replace(/campaign\/.*/, 'solution/short-lived')
    await server.personalize.send(new DeleteSolutionCommand({ solutionArn }))
    assert.equal(models(), before)
  })
})

describe('a server that is started again', () => {
  it('answers with the same models', async () => {
    const dataDir = await temporaryDirectory()
    const first = await startTestServer({ dataDir })
    const { datasetGroupArn } = await createMarket(first)
    const campaignArn = await deploy(first, datasetGroupArn, 'aws-user-personalization-v2')
    const ask = async ({ runtime }: TestServer) =>
      (await runtime.send(new GetRecommendationsCommand({ campaignArn, userId: 'Guest-3' }))).itemList
    const before = await ask(first)
    await first[Symbol.asyncDispose]()
    const second = await startTestServer({ dataDir })
    assert.deepEqual(await ask(second), before)
    await second[Symbol.asyncDispose]()
    await rm(dataDir, { recursive: true })
  })

  it('trains below the minimums if it is configured so', async () => {
    await using server = await startTestServer({ minimums: 'off' })
    const { datasetGroupArn } = await createDataset(server, 'Interactions', { group: 'empty' })
    const version = await train(server, datasetGroupArn, 'aws-user-personalization-v2')
    assert.deepEqual([version.status, version.failureReason], ['ACTIVE', undefined])
  })
})
