import assert from 'node:assert/strict'
import { truncate } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { CreateDataDeletionJobCommand, DescribeDataDeletionJobCommand } from '@aws-sdk/client-personalize'
import { infer, segment } from '#test/batches.ts'
import { finished, importFrom, putFile, ROLE } from '#test/jobs.ts'
import { createMarket, type Market, train } from '#test/market.ts'
import { createDataset, startTestServer, type TestServer } from '#test/server.ts'

const HEADER = 'USER_ID,ITEM_ID,EVENT_TYPE,TIMESTAMP,DEVICE'
const GB = 2 ** 30

describe('with quotas aws', () => {
  let server: TestServer
  let market: Market
  before(async () => {
    server = await startTestServer({ quotas: 'aws' })
    market = await createMarket(server)
  })
  after(() => server[Symbol.asyncDispose]())

  /** Writes a sparse file of this many bytes. */
  const putLarge = async (name: string, bytes: number) => {
    const location = await putFile(server, name, '')
    await truncate(join(server.dataDir, 's3/b', name), bytes)
    return location
  }

  it('an import has 100 GB at most, an incremental one 1 GB', async () => {
    const added = await importFrom(server, market.users, await putLarge('add.csv', GB + 1), 'INCREMENTAL')
    assert.match(added.failureReason!, /^The files of an import with the mode INCREMENTAL can be 1 GB at most/)
    const full = await importFrom(server, market.users, await putLarge('full.csv', 100 * GB + 1))
    assert.match(full.failureReason!, /^The files of an import with the mode FULL can be 100 GB at most/)
  })

  it('an incremental import of action interactions needs a thousand of them', async () => {
    const { datasetArn } = await createDataset(server, 'Action_Interactions', { group: 'market' })
    const rows = Array.from({ length: 1000 }, (_, i) => `u${i},a,TAKEN,${i},`)
    const importRows = async (count: number, mode: 'FULL' | 'INCREMENTAL') => {
      const text = [HEADER.replace('ITEM', 'ACTION'), ...rows.slice(0, count)].join('\n')
      return importFrom(server, datasetArn, await putFile(server, 'action-interactions.csv', text), mode)
    }
    assert.equal((await importRows(1, 'FULL')).status, 'ACTIVE')
    const { failureReason } = await importRows(999, 'INCREMENTAL')
    assert.match(failureReason!, /mode INCREMENTAL needs 1000 interactions or more, got 999; with quotas none/)
    assert.equal((await importRows(1000, 'INCREMENTAL')).status, 'ACTIVE')
  })

  it('a list of users to delete has 100 MB at most', async () => {
    const dataLocation = await putLarge('list.csv', 100 * 2 ** 20 + 1)
    const request = { jobName: 'large', datasetGroupArn: market.datasetGroupArn, roleArn: ROLE }
    const command = new CreateDataDeletionJobCommand({ ...request, dataSource: { dataLocation } })
    const { dataDeletionJobArn } = await server.personalize.send(command)
    const job = await finished(async () => {
      const command = new DescribeDataDeletionJobCommand({ dataDeletionJobArn })
      return (await server.personalize.send(command)).dataDeletionJob
    })
    assert.match(job.failureReason!, /^The files of a data deletion can be 100 MB at most/)
  })

  it('a batch job reads 1 GB at most, and 10 or 500 lines a file for segments', async () => {
    const version = async (recipe: string) => {
      const { solutionVersionArn } = await train(server, market.datasetGroupArn, recipe)
      return { solutionVersionArn }
    }
    const affinity = await version('aws-item-affinity')
    const attributes = await version('aws-item-attribute-affinity')
    const large = await infer(server, await putLarge('lines.json', GB + 1), await version('aws-user-personalization'))
    assert.match(large.job.failureReason!, /^The files of a batch job can be 1 GB at most/)
    const lines = (count: number, line: object) => Array.from({ length: count }, () => line)
    const byItem = { itemId: 'drama-1' }
    assert.equal((await segment(server, lines(500, byItem), affinity)).job.status, 'ACTIVE')
    const { job } = await segment(server, lines(501, byItem), affinity)
    assert.match(job.failureReason!, /^The lines of s3:.* for aws-item-affinity, can be 500 at most/)
    const byAttributes = { itemAttributes: 'ITEMS.GENRES = "drama"' }
    assert.equal((await segment(server, lines(10, byAttributes), attributes)).job.status, 'ACTIVE')
    const more = await segment(server, lines(11, byAttributes), attributes)
    assert.match(more.job.failureReason!, /for aws-item-attribute-affinity, can be 10 at most/)
  })

  it('a training fails on more than 10 event types and columns of metadata', async () => {
    const { datasetArn, datasetGroupArn } = await createDataset(server, 'Interactions', { group: 'types' })
    const importTypes = async (types: number) => {
      const rows = Array.from({ length: 1200 }, (_, i) => `u${i % 60},i${i % 7},type-${i % types},${i},`)
      await importFrom(server, datasetArn, await putFile(server, 'types.csv', [HEADER, ...rows].join('\n')))
      return train(server, datasetGroupArn, 'aws-sims')
    }
    assert.equal((await importTypes(9)).status, 'ACTIVE')
    const { failureReason } = await importTypes(10)
    assert.match(failureReason!, /^Create failed\. .* has 10 distinct event types and 1 metadata column \(DEVICE\)/)
    await using unlimited = await startTestServer()
    const { datasetGroupArn: same, interactions } = await createMarket(unlimited)
    const rows = Array.from({ length: 1200 }, (_, i) => `u${i % 60},i${i % 7},type-${i % 13},${i},`)
    await importFrom(unlimited, interactions, await putFile(unlimited, 'types.csv', [HEADER, ...rows].join('\n')))
    assert.equal((await train(unlimited, same, 'aws-sims')).status, 'ACTIVE')
  })
})
