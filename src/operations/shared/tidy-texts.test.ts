import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import {
  CreateDataDeletionJobCommand,
  CreateFilterCommand,
  DescribeDataDeletionJobCommand,
} from '@aws-sdk/client-personalize'
import { PutEventsCommand, PutUsersCommand } from '@aws-sdk/client-personalize-events'
import { GetPersonalizedRankingCommand, GetRecommendationsCommand } from '@aws-sdk/client-personalize-runtime'
import { historyOf, propertiesOf } from '#test/http.ts'
import { assertActive, finished, importFrom, putFile, ROLE } from '#test/jobs.ts'
import { createMarket, deploy, type Market } from '#test/market.ts'
import { assertRefused, INVALID } from '#test/refused.ts'
import { createTracker, startTestServer, type TestServer } from '#test/server.ts'
import { openTestServices } from '#test/services.ts'
import { tidyTexts } from './tidy-texts.ts'

describe('blanks around ids and types of events', () => {
  let server: TestServer
  let market: Market
  let trackingId: string

  before(async () => {
    server = await startTestServer()
    market = await createMarket(server)
    const { datasetGroupArn } = market
    trackingId = await createTracker(server, datasetGroupArn)
  })
  after(() => server[Symbol.asyncDispose]())

  const putUser = (userId: string, properties: object) =>
    server.events.send(
      new PutUsersCommand({ datasetArn: market.users, users: [{ userId, properties: JSON.stringify(properties) }] }),
    )
  const putEvent = (userId: string, itemId: string, eventType: string, second = 1) =>
    server.events.send(
      new PutEventsCommand({
        trackingId,
        userId,
        sessionId: ' s ',
        eventList: [{ itemId, eventType, sentAt: new Date(second * 1000), eventId: ` ${itemId}-${second}` }],
      }),
    )
  const imported = async (datasetArn: string, name: string, content: string) =>
    assertActive(await importFrom(server, datasetArn, await putFile(server, name, content), 'INCREMENTAL'))

  it('do not separate the users of a file and of a Put call', async () => {
    await putUser(' zoe', { membershipType: ' gold | new ' })
    const properties = { membershipType: 'gold|new' }
    assert.deepEqual(await propertiesOf(server, market.users, 'zoe'), properties)
    assert.deepEqual(await propertiesOf(server, market.users, 'zoe\u00a0'), properties)
    const csv = 'USER_ID, AGE, MEMBERSHIP_TYPE, LOYALTY_NUMBER\nzoe, 31, silver | old, 7\n'
    await imported(market.users, 'zoe.csv', csv)
    assert.deepEqual(await propertiesOf(server, market.users, ' zoe'), {
      age: 31,
      membershipType: 'silver|old',
      loyaltyNumber: 7,
    })
  })

  it('do not change an event in a row with a blank after each comma, as the guide prints rows', async () => {
    await putEvent('yan', 'drama-1 ', '\twatch')
    const csv = 'USER_ID, ITEM_ID, EVENT_TYPE, TIMESTAMP, DEVICE\nyan, drama-1, watch, 1,\nyan, drama-2, watch, 2, tv\n'
    await imported(market.interactions, 'yan.csv', csv)
    const history = await historyOf(server, market.interactions, ' yan')
    assert.deepEqual(
      history.map(({ userId, itemId, eventType }) => [userId, itemId, eventType]),
      [
        ['yan', 'drama-2', 'watch'],
        ['yan', 'drama-1', 'watch'],
      ],
    )
  })

  it('do not matter for the user and item of a request, nor for the values of a filter', async () => {
    const { datasetGroupArn } = market
    const campaignArn = await deploy(server, datasetGroupArn, 'aws-user-personalization-v2')
    const filterExpression =
      'INCLUDE ItemID WHERE Items.GENRES IN ($GENRE) | EXCLUDE ItemID WHERE Interactions.EVENT_TYPE IN (" watch")'
    const { filterArn } = await server.personalize.send(
      new CreateFilterCommand({ name: 'genre', datasetGroupArn, filterExpression }),
    )
    const ask = async (userId: string, genre: string) => {
      const filterValues = { GENRE: `"${genre}"` }
      const asked = new GetRecommendationsCommand({ campaignArn, userId, filterArn, filterValues, numResults: 60 })
      return (await server.runtime.send(asked)).itemList!.map(({ itemId }) => itemId!)
    }
    const items = await ask('Guest-3', 'comedy')
    assert.ok(items.length > 0 && items.length < 30)
    assert.deepEqual(await ask(' Guest-3\n', ' comedy'), items)

    const ranking = await deploy(server, datasetGroupArn, 'aws-personalized-ranking-v2')
    const rank = async (userId: string, inputList: string[]) => {
      const asked = new GetPersonalizedRankingCommand({ campaignArn: ranking, userId, inputList })
      return (await server.runtime.send(asked)).personalizedRanking
    }
    const inputList = ['comedy-1', 'drama-1']
    assert.deepEqual(
      await rank(
        ' Guest-3',
        inputList.map(id => `${id} `),
      ),
      await rank('Guest-3', inputList),
    )
    for (const blank of ['', ' '])
      await assertRefused(rank('Guest-3', ['comedy-1', blank]), INVALID, /^inputList\.2\.member must not be blank$/)
  })

  it('are not ids: an id of blanks is refused, and nothing of the call is stored', async () => {
    await assertRefused(putUser(' \u00a0', {}), INVALID, /^users\.1\.member\.userId must not be blank$/)
    await assertRefused(putEvent('xia', '\u200b', 'watch'), INVALID, /^eventList\.1\.member\.itemId must not be blank$/)
    await assertRefused(putEvent(' ', 'drama-1', 'watch'), INVALID, /^userId must not be blank$/)
    const job = await importFrom(
      server,
      market.users,
      await putFile(server, 'blank.csv', 'USER_ID,AGE,MEMBERSHIP_TYPE,LOYALTY_NUMBER\n ,1,,\n'),
    )
    assert.match(job!.failureReason!, /line 2: USER_ID must not be empty/)
  })

  it('do not matter for the users of a deletion job', async () => {
    await putUser('wes', { age: 1 })
    await putEvent('wes', 'drama-1', 'watch')
    const dataLocation = await putFile(server, 'forget.csv', 'USER_ID\n wes\n')
    const { dataDeletionJobArn } = await server.personalize.send(
      new CreateDataDeletionJobCommand({
        jobName: 'forget',
        datasetGroupArn: market.datasetGroupArn,
        dataSource: { dataLocation },
        roleArn: ROLE,
      }),
    )
    const job = await finished(async () => {
      const described = await server.personalize.send(new DescribeDataDeletionJobCommand({ dataDeletionJobArn }))
      return described.dataDeletionJob
    })
    assert.deepEqual([job.numDeleted, job.failureReason], [2, undefined])
    assert.equal(await propertiesOf(server, market.users, 'wes'), undefined)
    assert.deepEqual(await historyOf(server, market.interactions, 'wes'), [])
  })
})

describe('an id that was stored with blanks around it', () => {
  it('is read and deleted as it is written', async () => {
    await using services = await openTestServices()
    const { store } = services
    const dataset = await store.resources.create({ arn: 'arn:d', kind: 'dataset', status: 'ACTIVE', document: {} })
    await store.records.put(dataset.id, [{ id: ' old', fields: '[]' }])
    assert.equal((await store.records.get(dataset.id, ' old'))?.id, ' old')
    assert.equal(await store.records.delete(dataset.id, [' old', 'old']), 1)
  })
})

describe('tidyTexts', () => {
  it('changes nothing but ids, types of events and names of metrics', () => {
    const input = { datasetArn: ' a ', users: [{ userId: 'u', properties: ' {} ' }, { userId: ' v ' }] }
    tidyTexts('PutUsers', input)
    assert.deepEqual(input, { datasetArn: ' a ', users: [{ userId: 'u', properties: ' {} ' }, { userId: 'v' }] })
    const named = { name: ' x ' }
    tidyTexts('CreateSchema', named)
    assert.deepEqual(named, { name: ' x ' })
  })

  it('counts the events of a type whose metric was declared with blanks around it', () => {
    const metrics = [{ eventType: ' watch', metricName: 'watched ', expression: 'SAMPLECOUNT()' }]
    tidyTexts('CreateMetricAttribution', { metrics })
    assert.deepEqual(metrics, [{ eventType: 'watch', metricName: 'watched', expression: 'SAMPLECOUNT()' }])
    const removeMetrics = [' watched']
    tidyTexts('UpdateMetricAttribution', { removeMetrics })
    assert.deepEqual(removeMetrics, ['watched'])
  })
})
