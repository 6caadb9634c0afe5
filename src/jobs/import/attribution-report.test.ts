import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import {
  CreateDatasetImportJobCommand,
  CreateMetricAttributionCommand,
  DescribeDatasetImportJobCommand,
  type ImportMode,
  UpdateMetricAttributionCommand,
} from '@aws-sdk/client-personalize'
import { PutItemsCommand } from '@aws-sdk/client-personalize-events'
import { countOf, inspect } from '#test/http.ts'
import { assertActive, finished, putFile, ROLE, readFiles } from '#test/jobs.ts'
import { assertRefused, INVALID } from '#test/refused.ts'
import { createDataset, startTestServer, type TestServer } from '#test/server.ts'

const text = (name: string) => ({ name, type: 'string' })
const optional = (name: string) => ({ name, type: ['null', 'string'] })
const FIELDS = [
  ...['USER_ID', 'ITEM_ID', 'EVENT_TYPE'].map(text),
  { name: 'TIMESTAMP', type: 'long' },
  ...['RECOMMENDATION_ID', 'EVENT_ATTRIBUTION_SOURCE'].map(optional),
]
const HEADER = 'USER_ID,ITEM_ID,EVENT_TYPE,TIMESTAMP,EVENT_ATTRIBUTION_SOURCE\n'
const REPORT = 'METRIC_NAME,EVENT_TYPE,VALUE,MATH_FUNCTION,EVENT_ATTRIBUTION_SOURCE,TIMESTAMP\n'

describe('publishAttributionMetricsToS3', () => {
  let server: TestServer
  let datasetArn: string
  let metricAttributionArn: string
  before(async () => {
    server = await startTestServer()
    const created = await createDataset(server, 'Interactions', { fields: FIELDS })
    datasetArn = created.datasetArn
    const { datasetArn: itemsArn } = await createDataset(server, 'Items')
    const items = [{ itemId: 'tea', properties: '{"price":2.5}' }]
    await server.events.send(new PutItemsCommand({ datasetArn: itemsArn, items }))
    const attribution = {
      name: 'impact',
      datasetGroupArn: created.datasetGroupArn,
      metrics: [
        { metricName: 'SALES', eventType: 'buy', expression: 'SAMPLECOUNT()' },
        { metricName: 'INCOME', eventType: 'buy', expression: 'SUM(Items.PRICE)' },
      ],
      metricsOutputConfig: { roleArn: ROLE },
    }
    const reply = await server.personalize.send(new CreateMetricAttributionCommand(attribution))
    metricAttributionArn = reply.metricAttributionArn!
  })
  after(() => server[Symbol.asyncDispose]())

  const publishTo = (path: string | undefined) =>
    server.personalize.send(
      new UpdateMetricAttributionCommand({
        metricAttributionArn,
        metricsOutputConfig: { roleArn: ROLE, ...(path && { s3DataDestination: { path } }) },
      }),
    )
  const importRows = async (
    jobName: string,
    rows: string,
    { importMode = 'FULL' as ImportMode, publishes = true } = {},
  ) => {
    const dataLocation = await putFile(server, `${jobName}.csv`, HEADER + rows)
    const job = { jobName, datasetArn, dataSource: { dataLocation }, roleArn: ROLE, importMode }
    const command = new CreateDatasetImportJobCommand({ ...job, publishAttributionMetricsToS3: publishes })
    const { datasetImportJobArn } = await server.personalize.send(command)
    return finished(async () => {
      const describe = new DescribeDatasetImportJobCommand({ datasetImportJobArn })
      return (await server.personalize.send(describe)).datasetImportJob
    })
  }

  it('writes what an import comes to, as the guide shows it', async () => {
    await publishTo('s3://b/reports')
    const rows = ['u1,tea,buy,1666925124,mail', 'u1,cup,buy,1666924224,mail', 'u2,tea,buy,1666924225,"a,b"']
    assertActive(await importRows('first', `${rows.join('\n')}\nu2,tea,view,1666924226,mail\n`))
    const files = await readFiles(server, 'reports')
    assert.match(Object.keys(files).join(), /^AggregatedAttributionMetrics - FULL - \d{4}-[\dT-]+\.\d{3}Z\.csv$/)
    assert.deepEqual(Object.values(files), [
      `${REPORT}SALES,buy,1.0,samplecount,mail,1666925100
INCOME,buy,2.5,sum,mail,1666925100
SALES,buy,1.0,samplecount,"a,b",1666924200
SALES,buy,1.0,samplecount,mail,1666924200
INCOME,buy,2.5,sum,"a,b",1666924200
`,
    ])
  })

  it('is of the rows of that import alone, and there is one for each', async () => {
    await publishTo('s3://b/more/')
    assertActive(await importRows('second', 'u3,cup,buy,1666924200,\n', { importMode: 'INCREMENTAL' }))
    assertActive(
      await importRows('silent', 'u4,cup,buy,1666924200,\n', { importMode: 'INCREMENTAL', publishes: false }),
    )
    const files = await readFiles(server, 'more')
    assert.match(Object.keys(files).join(), /^AggregatedAttributionMetrics - INCREMENTAL - [^,]+\.csv$/)
    assert.deepEqual(Object.values(files), [`${REPORT}SALES,buy,1.0,samplecount,SOURCE_NAME_UNDEFINED,1666924200\n`])
  })

  it('counts for /inspect/metrics, as incremental imports do; other imports do not', async () => {
    const sales = async () => {
      const query = { metricAttributionArn, from: '2022-10-01', to: '2022-11-01', period: '86400' }
      const { metrics } = await inspect<{ metrics: Sale[] }>(server, '/inspect/metrics', query)
      return metrics.flatMap(({ metricName, source, value }) => (metricName === 'SALES' ? [`${source} ${value}`] : []))
    }
    interface Sale {
      readonly metricName: string
      readonly source: string
      readonly value: number
    }
    assert.deepEqual(await sales(), ['SOURCE_NAME_UNDEFINED 2', 'a,b 1', 'mail 2'])
    await importRows('unpublished', 'u1,tea,buy,1666925124,mail\n', { publishes: false })
    assert.deepEqual(await sales(), [])
  })

  it('imports nothing where the report cannot be written', async () => {
    await publishTo('s3://b/../elsewhere')
    const { rows } = await countOf(server, datasetArn)
    const { status, failureReason } = await importRows('failed', 'u5,tea,buy,1666925124,mail\nu6,tea,buy,1,\n')
    assert.equal(status, 'CREATE FAILED')
    assert.match(failureReason!, /Attribution.* leads out of its bucket$/)
    assert.equal((await countOf(server, datasetArn)).rows, rows)
  })

  it('is refused without a folder for the report, without a metric attribution, and for other datasets', async () => {
    await publishTo(undefined)
    const none = /^publishAttributionMetricsToS3 must be false: the dataset group has no metric attribution with a/
    await assertRefused(importRows('nowhere', 'u7,tea,buy,1666925124,mail\n'), INVALID, none)
    for (const [type, message] of [
      ['Interactions', none],
      ['Users', /^publishAttributionMetricsToS3 must be false: it is for imports of type INTERACTIONS, not USERS$/],
    ] as const) {
      const { datasetArn } = await createDataset(server, type, { group: 'without' })
      const job = { jobName: `no-${type}`, datasetArn, dataSource: { dataLocation: 's3://b/x.csv' }, roleArn: ROLE }
      const command = new CreateDatasetImportJobCommand({ ...job, publishAttributionMetricsToS3: true })
      await assertRefused(server.personalize.send(command), INVALID, message)
    }
  })
})
