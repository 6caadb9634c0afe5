import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import {
  CreateDatasetImportJobCommand,
  CreateMetricAttributionCommand,
  DescribeDatasetImportJobCommand,
} from '@aws-sdk/client-personalize'
import { importFrom, putFile, ROLE } from '#test/jobs.ts'
import { assertRefused } from '#test/refused.ts'
import { createDataset, createUsersDataset, startTestServer } from '#test/server.ts'

describe('DescribeDatasetImportJob', () => {
  it('shows the request of the job, its status and times, and no internal members', async () => {
    await using server = await startTestServer()
    const { datasetArn } = await createUsersDataset(server)
    const dataLocation = await putFile(server, 'users.csv', 'USER_ID,AGE\nann,31\n')
    const { jobName, datasetImportJobArn, creationDateTime, lastUpdatedDateTime, ...rest } = await importFrom(
      server,
      datasetArn,
      dataLocation,
    )
    assert.equal(datasetImportJobArn, `arn:aws:personalize:us-east-1:000000000000:dataset-import-job/${jobName}`)
    assert.ok(creationDateTime! <= lastUpdatedDateTime!)
    assert.deepEqual(rest, {
      datasetArn,
      dataSource: { dataLocation },
      roleArn: ROLE,
      status: 'ACTIVE',
      importMode: 'FULL',
    })
  })

  it('shows publishAttributionMetricsToS3, and CREATE PENDING until it begins', async () => {
    await using server = await startTestServer({ workers: 0 })
    const { datasetArn, datasetGroupArn } = await createDataset(server, 'Interactions')
    const attribution = {
      name: 'impact',
      datasetGroupArn,
      metrics: [{ metricName: 'SALES', eventType: 'buy', expression: 'SAMPLECOUNT()' }],
      metricsOutputConfig: { roleArn: ROLE, s3DataDestination: { path: 's3://b/reports' } },
    }
    await server.personalize.send(new CreateMetricAttributionCommand(attribution))
    const { datasetImportJobArn } = await server.personalize.send(
      new CreateDatasetImportJobCommand({
        jobName: 'job',
        datasetArn,
        dataSource: { dataLocation: 's3://b/x.csv' },
        roleArn: ROLE,
        publishAttributionMetricsToS3: true,
      }),
    )
    const command = new DescribeDatasetImportJobCommand({ datasetImportJobArn })
    const { datasetImportJob } = await server.personalize.send(command)
    assert.equal(datasetImportJob!.publishAttributionMetricsToS3, true)
    assert.equal(datasetImportJob!.status, 'CREATE PENDING')
  })

  it('refuses a job that does not exist', async () => {
    await using server = await startTestServer()
    const datasetImportJobArn = 'arn:aws:personalize:us-east-1:000000000000:dataset-import-job/nothing'
    const described = server.personalize.send(new DescribeDatasetImportJobCommand({ datasetImportJobArn }))
    await assertRefused(described, ['ResourceNotFoundException', 400], /The given dataset import job does not exist/)
  })
})
