import assert from 'node:assert/strict'
import { readdirSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { after, before, describe, it } from 'node:test'
import {
  CreateCampaignCommand,
  DeleteCampaignCommand,
  DeleteSolutionCommand,
  GetSolutionMetricsCommand,
} from '@aws-sdk/client-personalize'
import { GetRecommendationsCommand } from '@aws-sdk/client-personalize-runtime'
import { temporaryDirectory } from '#test/directory.ts'
import { inspect } from '#test/http.ts'
import { createMarket, deploy, ITEMS_EACH, importMarket, type Market, TASTES, tasteOf, train } from '#test/market.ts'
import { createDataset, startTestServer, type TestServer } from '#test/server.ts'

describe('training a solution version', () => {
  let server: TestServer
  let market: Market
  before(async () => {
    server = await startTestServer()
    market = await createMarket(server)
  })
  after(() => server[Symbol.asyncDispose]())

  /** A market of more users than a training of 1000 events has room for. */
  const createCrowd = () => {
    const lines = { users: ['USER_ID,AGE,MEMBERSHIP_TYPE,LOYALTY_NUMBER'], items: ['ITEM_ID,GENRES,PRICE'] }
    const events = ['USER_ID,ITEM_ID,EVENT_TYPE,TIMESTAMP,DEVICE']
    for (const { membership, genre } of TASTES) {
      for (let item = 0; item < ITEMS_EACH; item++) lines.items.push(`${genre}-${item},${genre},1`)
      for (let user = 0; user < 100; user++)
        for (let event = 0; event < 12; event++)
          events.push(
            `${membership}-${user},${genre}-${(user + 7 * event) % ITEMS_EACH},watch,${1_000_000 + 100 * event},tv`,
          )
    }
    lines.users.push('Member-0,20,Member,')
    return importMarket(server, 'crowd', { ...lines, events })
  }

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

  it('trains on as many of the newest events as the solution says, and recommends to users who are left out', async () => {
    const crowd = await createCrowd()
    const solutionConfig = { algorithmHyperParameters: { trainOn: '1000' } }
    const recipe = 'aws-user-personalization-v2'
    const version = await train(server, crowd.datasetGroupArn, recipe, { solutionConfig })
    const { solutionVersionArn } = version
    const { metrics } = await server.personalize.send(new GetSolutionMetricsCommand({ solutionVersionArn }))
    const { trainedOn } = await inspect<{ trainedOn: Readonly<Record<string, number | string>> }>(
      server,
      '/inspect/model',
      { solutionVersionArn: solutionVersionArn! },
    )
    const { events, eventsTotal, users, usersTotal, oldest } = trainedOn
    assert.deepEqual([eventsTotal, usersTotal, oldest], [2400, 200, '1970-01-12T13:56:40.000Z'])
    assert.ok(Number(events) <= 1000 && Number(users) < 200, JSON.stringify(trainedOn))
    assert.equal(metrics!.trained_on_share_of_users, Number((Number(users) / 200).toFixed(4)))
    const name = 'trained-on-some'
    const { campaignArn } = await server.personalize.send(new CreateCampaignCommand({ name, solutionVersionArn }))
    for (let user = 0; user < 20; user++) {
      const command = new GetRecommendationsCommand({ campaignArn, userId: `Member-${user}`, numResults: 5 })
      const { itemList } = await server.runtime.send(command)
      assert.deepEqual(new Set(itemList!.map(({ itemId }) => tasteOf(itemId!))), new Set(['drama']))
    }
  })

  it('refuses a number of events to train on that is none', async () => {
    await assert.rejects(
      train(server, market.datasetGroupArn, 'aws-sims', {
        solutionConfig: { algorithmHyperParameters: { trainOn: 'few' } },
      }),
      /algorithmHyperParameters\.trainOn: "few" is not an integer of 1000 or more; the default is as many as there is/,
    )
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
