import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { DescribeDatasetExportJobCommand } from '@aws-sdk/client-personalize'
import { exportTo, ROLE } from '#test/jobs.ts'
import { assertRefused } from '#test/refused.ts'
import { createUsersDataset, startTestServer } from '#test/server.ts'

describe('DescribeDatasetExportJob', () => {
  it('shows the request of the job, its status and times, and no internal members', async () => {
    await using server = await startTestServer()
    const { datasetArn } = await createUsersDataset(server)
    const described = await exportTo(server, datasetArn, 's3://b/out/')
    const { jobName, datasetExportJobArn, creationDateTime, lastUpdatedDateTime, ...rest } = described
    assert.equal(datasetExportJobArn, `arn:aws:personalize:us-east-1:000000000000:dataset-export-job/${jobName}`)
    assert.ok(creationDateTime! <= lastUpdatedDateTime!)
    const jobOutput = { s3DataDestination: { path: 's3://b/out/' } }
    assert.deepEqual(rest, { datasetArn, ingestionMode: 'PUT', roleArn: ROLE, status: 'ACTIVE', jobOutput })
  })

  it('refuses a job that does not exist', async () => {
    await using server = await startTestServer()
    const datasetExportJobArn = 'arn:aws:personalize:us-east-1:000000000000:dataset-export-job/nothing'
    const described = server.personalize.send(new DescribeDatasetExportJobCommand({ datasetExportJobArn }))
    await assertRefused(described, ['ResourceNotFoundException', 400], /The given dataset export job does not exist/)
  })
})
