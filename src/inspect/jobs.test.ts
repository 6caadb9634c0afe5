import assert from 'node:assert/strict'
import { rm } from 'node:fs/promises'
import { describe, it } from 'node:test'
import { temporaryDirectory } from '#test/directory.ts'
import { openTestStore } from '#test/store.ts'
import { jobs } from './jobs.ts'
import { QueryParameters } from './parameters.ts'
import type { Sources } from './route.ts'

type Job = Readonly<Record<string, unknown>>

describe('/inspect/jobs', () => {
  it('lists the jobs of a group and of its datasets, the newest first, with the reasons of failures', async t => {
    const dataDir = await temporaryDirectory()
    t.after(() => rm(dataDir, { recursive: true }))
    await using store = await openTestStore(dataDir)
    const create = (kind: string, arn: string, parent: string | undefined, status: string, document = {}) =>
      store.resources.create({ kind, arn, parent, status, document: { jobName: arn, ...document } })
    await create('dataset-group', 'shop', undefined, 'ACTIVE')
    await create('dataset-group', 'library', undefined, 'ACTIVE')
    await create('dataset', 'shop/users', 'shop', 'ACTIVE')
    await create('dataset-import-job', 'import', 'shop/users', 'CREATE FAILED', { failureReason: 'no such file' })
    await create('data-deletion-job', 'deletion', 'library', 'COMPLETED')
    await create('dataset-export-job', 'export', 'shop/users', 'CREATE IN_PROGRESS', { progress: { rows: 5 } })

    const listed = async (query = '') => {
      const { jobs: found } = (await jobs({ store } as Sources, new QueryParameters(query))) as { jobs: Job[] }
      return found.map(({ jobArn, status, progress, failureReason }) => [jobArn, status, progress ?? failureReason])
    }
    assert.deepEqual(await listed('datasetGroupArn=shop'), [
      ['export', 'CREATE IN_PROGRESS', { rows: 5 }],
      ['import', 'CREATE FAILED', 'no such file'],
    ])
    assert.equal((await listed()).length, 3)
  })

  it('shows the newest of many, unfinished ones of any age, and the others by the page', async t => {
    const dataDir = await temporaryDirectory()
    t.after(() => rm(dataDir, { recursive: true }))
    await using store = await openTestStore(dataDir)
    const create = (arn: string, status: string) =>
      store.resources.create({ kind: 'dataset-import-job', arn, status, document: { jobName: arn } })
    const names = Array.from({ length: 10 }, (_, n) => `job ${n}`)
    for (const [n, name] of names.entries()) await create(name, [1, 8].includes(n) ? 'CREATE PENDING' : 'ACTIVE')
    await store.resources.create({ kind: 'schema', arn: 'schema', status: 'ACTIVE', document: {} })

    const page = async (query: string) => {
      const answer = await jobs({ store } as Sources, new QueryParameters(query))
      const { jobs: found, nextToken } = answer as { jobs: Job[]; nextToken?: string }
      return [found.map(({ jobName }) => jobName), nextToken] as const
    }
    const [first, second] = await page('limit=4')
    assert.deepEqual(first, ['job 9', 'job 8', 'job 7', 'job 6', 'job 1'])
    const [next, third] = await page(`limit=4&nextToken=${second}`)
    assert.deepEqual(next, ['job 5', 'job 4', 'job 3', 'job 2'])
    assert.deepEqual(await page(`limit=4&nextToken=${third}`), [['job 0'], undefined])
    await assert.rejects(page('nextToken=nonsense'), { name: 'InvalidNextTokenException' })
    await assert.rejects(page('limit=0'), { name: 'InvalidInputException' })
  })

  it('lists trainings too, under a name of their own or the end of their ARN', async t => {
    const dataDir = await temporaryDirectory()
    t.after(() => rm(dataDir, { recursive: true }))
    await using store = await openTestStore(dataDir)
    const create = (kind: string, arn: string, parent: string | undefined, document = {}) =>
      store.resources.create({ kind, arn, parent, status: 'ACTIVE', document })
    await create('dataset-group', 'shop', undefined)
    await create('dataset-group', 'library', undefined)
    await create('solution', 'solution/news', 'shop')
    await create('solution-version', 'solution/news/1a2b', 'solution/news', { progress: { rows: 1, phase: 'reading' } })
    await create('solution-version', 'solution/news/3c4d', 'solution/news', { name: 'second' })
    await create('batch-inference-job', 'batch', 'solution/news/3c4d', { jobName: 'mails' })
    await create('recommender', 'recommender/home', 'library', { name: 'home' })

    const listed = async (query = '') => {
      const { jobs: found } = (await jobs({ store } as Sources, new QueryParameters(query))) as { jobs: Job[] }
      return found.map(({ jobName }) => jobName)
    }
    assert.deepEqual(await listed('datasetGroupArn=shop'), ['mails', 'second', 'news/1a2b'])
    assert.deepEqual(await listed('datasetGroupArn=library'), ['home'])
    assert.deepEqual(await listed(), ['home', 'mails', 'second', 'news/1a2b'])
  })
})
