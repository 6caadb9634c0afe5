import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { CreateDataDeletionJobCommand, DescribeDataDeletionJobCommand } from '@aws-sdk/client-personalize'
import { finished, putFile, ROLE } from '#test/jobs.ts'
import { assertRefused } from '#test/refused.ts'
import { createUsersDataset, startTestServer } from '#test/server.ts'

describe('DescribeDataDeletionJob', () => {
  it('shows the request of the job, its status and times, and no internal members', async () => {
    await using server = await startTestServer()
    const { datasetGroupArn } = await createUsersDataset(server)
    const dataSource = { dataLocation: await putFile(server, 'users.csv', 'USER_ID\nann\n') }
    const request = { jobName: 'job', datasetGroupArn, dataSource, roleArn: ROLE }
    const { dataDeletionJobArn } = await server.personalize.send(new CreateDataDeletionJobCommand(request))
    assert.equal(dataDeletionJobArn, 'arn:aws:personalize:us-east-1:000000000000:data-deletion-job/job')
    const { creationDateTime, lastUpdatedDateTime, ...rest } = await finished(async () => {
      const command = new DescribeDataDeletionJobCommand({ dataDeletionJobArn })
      return (await server.personalize.send(command)).dataDeletionJob
    })
    assert.ok(creationDateTime! <= lastUpdatedDateTime!)
    assert.deepEqual(rest, { ...request, dataDeletionJobArn, status: 'COMPLETED', numDeleted: 0 })
  })

  it('refuses a job that does not exist', async () => {
    await using server = await startTestServer()
    const dataDeletionJobArn = 'arn:aws:personalize:us-east-1:000000000000:data-deletion-job/nothing'
    const described = server.personalize.send(new DescribeDataDeletionJobCommand({ dataDeletionJobArn }))
    await assertRefused(described, ['ResourceNotFoundException', 400], /The given data deletion job does not exist/)
  })
})
