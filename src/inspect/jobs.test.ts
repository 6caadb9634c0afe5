import assert from 'node:assert/strict'
import { rm } from 'node:fs/promises'
import { describe, it } from 'node:test'
import { temporaryDirectory } from '../../test/support/directory.ts'
import type { Services } from '../operations/operation.ts'
import { openStore } from '../store/open.ts'
import { jobs } from './jobs.ts'
import { Parameters } from './parameters.ts'

type Job = Readonly<Record<string, unknown>>

describe('/inspect/jobs', () => {
  it('lists the jobs of a group and of its datasets, the newest first, with what went wrong', async t => {
    const dataDir = await temporaryDirectory()
    t.after(() => rm(dataDir, { recursive: true }))
    await using store = await openStore(dataDir)
    const create = (kind: string, arn: string, parent: string | undefined, status: string, document = {}) =>
      store.resources.create({ kind, arn, parent, status, document: { jobName: arn, ...document } })
    await create('dataset-group', 'shop', undefined, 'ACTIVE')
    await create('dataset-group', 'library', undefined, 'ACTIVE')
    await create('dataset', 'shop/users', 'shop', 'ACTIVE')
    await create('dataset-import-job', 'import', 'shop/users', 'CREATE FAILED', { failureReason: 'no such file' })
    await create('data-deletion-job', 'deletion', 'library', 'COMPLETED')
    await create('dataset-export-job', 'export', 'shop/users', 'CREATE IN_PROGRESS', { progress: { rows: 5 } })

    const listed = async (query = '') => {
      const { jobs: found } = (await jobs({ store } as Services, new Parameters(query))) as { jobs: Job[] }
      return found.map(({ jobArn, status, progress, failureReason }) => [jobArn, status, progress ?? failureReason])
    }
    assert.deepEqual(await listed('datasetGroupArn=shop'), [
      ['export', 'CREATE IN_PROGRESS', { rows: 5 }],
      ['import', 'CREATE FAILED', 'no such file'],
    ])
    assert.equal((await listed()).length, 3)
  })
})
