import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { paginateListDatasetImportJobs } from '@aws-sdk/client-personalize'
import { importFrom } from '#test/jobs.ts'
import { createUsersDataset, startTestServer } from '#test/server.ts'

describe('ListDatasetImportJobs', () => {
  it('lists the jobs of a dataset, or all, a page at a time, with the reason of a failure', async () => {
    await using server = await startTestServer()
    const one = await createUsersDataset(server, { group: 'one' })
    const two = await createUsersDataset(server, { group: 'two' })
    const jobs = [one, two, one].map(({ datasetArn }) => importFrom(server, datasetArn, 's3://nowhere/x.csv'))
    const [first, second, third] = (await Promise.all(jobs)).map(({ jobName }) => jobName)

    const list = async (datasetArn?: string) => {
      const found = []
      const pages = paginateListDatasetImportJobs({ client: server.personalize, pageSize: 1 }, { datasetArn })
      for await (const page of pages) found.push(...page.datasetImportJobs!)
      return found
    }
    assert.deepEqual((await list(one.datasetArn)).map(({ jobName }) => jobName).sort(), [first, third].sort())
    const all = await list()
    assert.deepEqual(all.map(({ jobName }) => jobName).sort(), [first, second, third].sort())
    assert.match(all[0]!.failureReason!, /^Invalid Data location\./)
    assert.equal(all[0]!.importMode, 'FULL')
  })
})
