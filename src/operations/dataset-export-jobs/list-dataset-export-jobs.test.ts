import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { paginateListDatasetExportJobs } from '@aws-sdk/client-personalize'
import { exportTo } from '#test/jobs.ts'
import { createUsersDataset, startTestServer } from '#test/server.ts'

describe('ListDatasetExportJobs', () => {
  it('lists the jobs of a dataset, or all, a page at a time', async () => {
    await using server = await startTestServer()
    const one = await createUsersDataset(server, { group: 'one' })
    const two = await createUsersDataset(server, { group: 'two' })
    const jobs = [one, two].map(({ datasetArn }) => exportTo(server, datasetArn, 's3://b'))
    const names = (await Promise.all(jobs)).map(({ jobName }) => jobName)

    const list = async (datasetArn?: string) => {
      const found = []
      const pages = paginateListDatasetExportJobs({ client: server.personalize, pageSize: 1 }, { datasetArn })
      for await (const page of pages) found.push(...page.datasetExportJobs!.map(({ jobName }) => jobName))
      return found
    }
    assert.deepEqual(await list(two.datasetArn), [names[1]])
    assert.deepEqual((await list()).sort(), names.sort())
  })
})
