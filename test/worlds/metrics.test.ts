import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { GetSolutionMetricsCommand } from '@aws-sdk/client-personalize'
import { assertActive, importFrom, putFile } from '#test/jobs.ts'
import { createMarket, TASTES, train, USERS_EACH } from '#test/market.ts'
import { createDataset, startTestServer, type TestServer } from '#test/server.ts'

const GAINS = [5, 10, 25].map(k => `normalized_discounted_cumulative_gain_at_${k}`)
const OF_ITEMS = ['mean_reciprocal_rank_at_25', ...GAINS, 'precision_at_5', 'precision_at_10', 'precision_at_25']

/** Besides `coverage`, which each recipe has (working-with-training-metrics.html). */
const METRICS: Readonly<Record<string, readonly string[]>> = {
  'aws-user-personalization-v2': OF_ITEMS,
  'aws-user-personalization': OF_ITEMS,
  'aws-personalized-ranking-v2': OF_ITEMS,
  'aws-personalized-ranking': OF_ITEMS,
  'aws-popularity-count': OF_ITEMS,
  'aws-trending-now': [...OF_ITEMS, 'trend_prediction_accuracy'],
  'aws-similar-items': OF_ITEMS,
  'aws-sims': OF_ITEMS,
  'aws-semantic-similarity': ['item_freshness', 'item_popularity', 'item_similarity'],
  'aws-item-affinity': ['hit_at_k', 'recall_at_k'],
  'aws-item-attribute-affinity': ['hit_at_k', 'recall_at_k'],
  'aws-next-best-action': [...GAINS, 'area_under_the_curve', 'precision', 'recall'],
}

/** 40 actions. The members of each camp take one half of them. */
async function importActions(server: TestServer): Promise<void> {
  const actions = await createDataset(server, 'Actions', { group: 'market' })
  const events = await createDataset(server, 'Action_Interactions', { group: 'market' })
  const names = Array.from({ length: 40 }, (_, action) => `action-${action}`)
  const records = ['ACTION_ID,CHANNEL,VALUE', ...names.map(name => `${name},mail,5`)]
  const lines = ['USER_ID,ACTION_ID,EVENT_TYPE,TIMESTAMP,DEVICE']
  for (const [camp, { membership }] of TASTES.entries())
    for (let user = 0; user < USERS_EACH; user++)
      for (const [action, name] of names.entries())
        lines.push(
          `${membership}-${user},${name},${action % 2 === camp ? 'TAKEN' : 'NOT_TAKEN'},${1_000_000 + user + action},`,
        )
  for (const [dataset, csv] of [
    [actions, records],
    [events, lines],
  ] as const) {
    const location = await putFile(server, `${dataset.datasetArn.split('/').at(-1)}.csv`, csv.join('\n'))
    assertActive(await importFrom(server, dataset.datasetArn, location))
  }
}

describe('the metrics of a solution version', () => {
  let server: TestServer
  let group: string
  before(async () => {
    server = await startTestServer()
    group = (await createMarket(server)).datasetGroupArn
    await importActions(server)
  })
  after(() => server[Symbol.asyncDispose]())

  for (const [recipe, names] of Object.entries(METRICS))
    it(`are those of the guide: ${recipe}`, async () => {
      const { solutionVersionArn } = await train(server, group, recipe)
      const { metrics } = await server.personalize.send(new GetSolutionMetricsCommand({ solutionVersionArn }))
      assert.deepEqual(Object.keys(metrics!).sort(), ['coverage', ...names].sort())
      for (const [name, value] of Object.entries(metrics!)) assert.ok(value >= 0 && value <= 1, `${name}: ${value}`)
      assert.ok(metrics!.coverage! > 0)
    })
})
