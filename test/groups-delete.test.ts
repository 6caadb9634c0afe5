import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import {
  CreateCampaignCommand,
  CreateDatasetGroupCommand,
  CreateEventTrackerCommand,
  CreateFilterCommand,
  CreateMetricAttributionCommand,
  CreateSolutionVersionCommand,
  ListCampaignsCommand,
  ListDatasetGroupsCommand,
  ListSchemasCommand,
} from '@aws-sdk/client-personalize'
import { createMarket, train } from '#test/market.ts'
import { run } from '#test/program.ts'
import { startTestServer, type TestServer } from '#test/server.ts'

describe('personalite groups delete', () => {
  let server: TestServer
  before(async () => {
    server = await startTestServer()
  })
  after(() => server[Symbol.asyncDispose]())

  const remove = (...args: readonly string[]) => run(['groups', 'delete', ...args, '--endpoint', server.url])
  const groupNames = async () => {
    const { datasetGroups = [] } = await server.personalize.send(new ListDatasetGroupsCommand({}))
    return datasetGroups.map(({ name }) => name)
  }

  it('deletes an empty group without a question, and names those that there are', async () => {
    await server.personalize.send(new CreateDatasetGroupCommand({ name: 'empty' }))
    const wrong = await remove('emtpy')
    assert.deepEqual([wrong.code, wrong.stderr], [1, 'personalite: there is no dataset group emtpy; there are empty\n'])
    const { code, stdout } = await remove('empty')
    assert.match(stdout, /^DatasetGroup empty: deleting\nDatasetGroup empty: deleted /)
    assert.deepEqual([code, await groupNames()], [0, []])
    assert.match((await remove('empty')).stderr, /there is no dataset group empty; there are none$/m)
  })

  it('deletes all that is in a group, in the order that the service needs, once a training has ended', async () => {
    const { personalize } = server
    const { datasetGroupArn } = await createMarket(server)
    const { solutionArn, solutionVersionArn } = await train(server, datasetGroupArn, 'aws-popularity-count')
    await personalize.send(new CreateCampaignCommand({ name: 'for-you', solutionVersionArn }))
    await personalize.send(new CreateEventTrackerCommand({ name: 'web', datasetGroupArn }))
    const filterExpression = 'EXCLUDE ItemID WHERE Interactions.EVENT_TYPE IN ("click")'
    await personalize.send(new CreateFilterCommand({ name: 'seen', datasetGroupArn, filterExpression }))
    const metrics = [{ eventType: 'click', metricName: 'clicks', expression: 'SAMPLECOUNT()' }]
    const attribution = {
      name: 'clicks',
      datasetGroupArn,
      metrics,
      metricsOutputConfig: { roleArn: 'arn:aws:iam::000000000000:role/s3' },
    }
    await personalize.send(new CreateMetricAttributionCommand(attribution))
    const [name = ''] = await groupNames()

    const refused = await remove(name)
    assert.equal(refused.code, 1)
    for (const inside of [
      'Dataset ',
      'EventTracker web',
      'Filter seen',
      'MetricAttribution clicks',
      'Solution ',
      'Campaign for-you',
    ])
      assert.ok(refused.stderr.includes(inside), `${inside} in ${refused.stderr}`)
    assert.match(refused.stderr, /delete these first, or add --with-everything$/m)
    const unasked = await remove(name, '--with-everything')
    assert.deepEqual([unasked.code, /add --yes if that is meant/.test(unasked.stderr)], [1, true])
    assert.deepEqual(await groupNames(), [name])

    // A deletion during this training would be refused.
    await personalize.send(new CreateSolutionVersionCommand({ solutionArn }))
    const { code, stdout, stderr } = await remove(name, '--with-everything', '--yes')
    assert.deepEqual([code, stderr], [0, ''])
    const deleted = [...stdout.matchAll(/^(\w+) \S+: deleted/gm)].map(([, type]) => type)
    assert.deepEqual([deleted[0], deleted.at(-1)], ['Campaign', 'DatasetGroup'])
    assert.equal(deleted.filter(type => type === 'Dataset').length, 3)
    assert.deepEqual(await groupNames(), [])
    assert.deepEqual((await personalize.send(new ListCampaignsCommand({}))).campaigns, [])
    assert.equal((await personalize.send(new ListSchemasCommand({}))).schemas?.length, 3)
  })
})
