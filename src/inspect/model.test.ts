import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { GetSolutionMetricsCommand } from '@aws-sdk/client-personalize'
import { inspect } from '#test/http.ts'
import { createMarket, type Market, train } from '#test/market.ts'
import { startTestServer, type TestServer } from '#test/server.ts'

interface Shown {
  readonly recipe: string
  readonly status: string
  readonly trained: string
  readonly metrics: Readonly<Record<string, number>>
  readonly notes?: readonly string[]
  readonly popularity?: Readonly<Record<string, number>>
  readonly blend?: readonly { eventsFrom: number; eventsTo?: number; weights: Readonly<Record<string, number>> }[]
}

describe('/inspect/model', () => {
  let server: TestServer
  let market: Market
  before(async () => {
    server = await startTestServer()
    market = await createMarket(server)
  })
  after(() => server[Symbol.asyncDispose]())

  const modelOf = (solutionVersionArn: string) => inspect<Shown>(server, '/inspect/model', { solutionVersionArn })

  it('shows the metrics of a blend beside those of popularity, and the weights for each class of users', async () => {
    const { solutionVersionArn } = await train(server, market.datasetGroupArn, 'aws-user-personalization-v2')
    const { recipe, status, metrics, popularity, blend, trained } = await modelOf(solutionVersionArn!)
    assert.deepEqual([recipe, status], ['aws-user-personalization-v2', 'ACTIVE'])
    assert.ok(Date.parse(trained) > 0)
    const measured = await server.personalize.send(new GetSolutionMetricsCommand({ solutionVersionArn }))
    assert.deepEqual(metrics, measured.metrics)
    assert.deepEqual(Object.keys(popularity!).sort(), Object.keys(metrics).sort())
    // Half of the users like dramas and half comedies, which popularity does not tell apart.
    const gain = 'normalized_discounted_cumulative_gain_at_25'
    assert.ok(metrics[gain]! > popularity![gain]! && popularity![gain]! > 0, `${metrics[gain]}, ${popularity![gain]}`)
    const classes = blend!.map(({ eventsFrom, eventsTo }) => [eventsFrom, eventsTo])
    assert.deepEqual(classes.slice(0, 5), [
      [0, 0],
      [1, 1],
      [2, 3],
      [4, 7],
      [8, undefined],
    ])
    for (const { weights } of blend!) {
      const sum = Object.values(weights).reduce((sum, weight) => sum + weight, 0)
      assert.ok(Math.abs(sum - 1) < 0.001, `${sum}`)
    }
  })

  it('shows the metrics alone of a recipe without a blend', async () => {
    const { solutionVersionArn } = await train(server, market.datasetGroupArn, 'aws-sims')
    const { metrics, popularity, blend } = await modelOf(solutionVersionArn!)
    assert.ok(metrics.coverage! > 0)
    assert.deepEqual([popularity, blend], [undefined, undefined])
  })

  it('says which event types of a solution no event has', async () => {
    const eventsConfig = { eventParametersList: [{ eventType: 'watch' }, { eventType: 'Watch' }] }
    const recipe = 'aws-user-personalization-v2'
    const version = await train(server, market.datasetGroupArn, recipe, { solutionConfig: { eventsConfig } })
    const { notes } = await modelOf(version.solutionVersionArn!)
    assert.deepEqual(notes, ['no event has the type "Watch"; there are "watch"'])
    const { failureReason } = await train(server, market.datasetGroupArn, 'aws-sims', { eventType: 'Watch' })
    const start = 'Create failed. Dataset has fewer than 1000 interactions after filtering by event type: Watch'
    assert.equal(failureReason, `${start}: ${notes![0]}`)
  })

  it('names the wrong parameter', async () => {
    const arn = market.datasetGroupArn.replace('dataset-group', 'recommender')
    for (const [query, message] of [
      [{}, /^InvalidInputException: .*must have solutionVersionArn or recommenderArn, one of the two/],
      [{ solutionVersionArn: arn, recommenderArn: arn }, /one of the two/],
      [
        { solutionVersionArn: arn },
        /^ResourceNotFoundException: .*solution version does not exist.*that is the ARN of a recommender/,
      ],
      [{ recommenderArn: arn }, /^ResourceNotFoundException: .*recommender does not exist/],
    ] as const) {
      await assert.rejects(inspect(server, '/inspect/model', query as Record<string, string>), { message })
    }
  })
})
