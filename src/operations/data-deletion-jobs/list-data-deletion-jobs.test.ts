import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { CreateDataDeletionJobCommand, ListDataDeletionJobsCommand } from '@aws-sdk/client-personalize'
import { ROLE } from '#test/jobs.ts'
import { createUsersDataset, startTestServer } from '#test/server.ts'

describe('ListDataDeletionJobs', () => {
  it('lists the jobs of a dataset group, or all, the newest first, a page at a time', async () => {
    await using server = await startTestServer()
    const one = await createUsersDataset(server, { group: 'one' })
    const two = await createUsersDataset(server, { group: 'two' })
    const dataSource = { dataLocation: 's3://b/x.csv' }
    for (const [jobName, { datasetGroupArn }] of [
      ['a', one],
      ['b', two],
      ['c', one],
    ] as const) {
      const request = { jobName, datasetGroupArn, dataSource, roleArn: ROLE }
      await server.personalize.send(new CreateDataDeletionJobCommand(request))
    }
    const list = async (datasetGroupArn?: string) => {
      const found: (string | undefined)[] = []
      for (let token: string | undefined, page = 0; token || page === 0; page++) {
        const command = new ListDataDeletionJobsCommand({ datasetGroupArn, maxResults: 1, nextToken: token })
        const { dataDeletionJobs, nextToken } = await server.personalize.send(command)
        found.push(...dataDeletionJobs!.map(({ jobName }) => jobName))
        token = nextToken
      }
      return found
    }
    assert.deepEqual(await list(one.datasetGroupArn), ['c', 'a'])
    assert.deepEqual(await list(), ['c', 'b', 'a'])
  })
})
