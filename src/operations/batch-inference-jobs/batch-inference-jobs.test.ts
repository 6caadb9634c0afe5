import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type { TestServices } from '#test/services.ts'
import { createGroup, openIdleServices, solutionIn, versionOf } from '#test/solutions.ts'
import { endOf, failJob } from '../../jobs/ending.ts'
import { statusesOf } from '../../jobs/statuses.ts'
import { deleteDataset } from '../datasets/delete-dataset.ts'
import { createFilter } from '../filters/create-filter.ts'
import { deleteFilter } from '../filters/delete-filter.ts'
import { createBatchInferenceJob } from './create-batch-inference-job.ts'
import { describeBatchInferenceJob } from './describe-batch-inference-job.ts'
import { listBatchInferenceJobs } from './list-batch-inference-jobs.ts'

describe('batch inference jobs', () => {
  let services: TestServices
  let solutionArn: string
  before(async () => {
    services = await openIdleServices()
    solutionArn = await solutionIn(services, await createGroup(services, 'shop'), 'news')
  })
  after(() => services[Symbol.asyncDispose]())

  const create = async (jobName: string, solutionVersionArn: string, filterArn?: string) => {
    const request = {
      jobName,
      solutionVersionArn,
      filterArn,
      jobInput: { s3DataSource: { path: 's3://b/in.json' } },
      jobOutput: { s3DataDestination: { path: 's3://b/out/' } },
      roleArn: 'arn:aws:iam::000000000000:role/personalize',
    }
    return (await createBatchInferenceJob.run(services, request)).batchInferenceJobArn!
  }
  const read = async (batchInferenceJobArn: string) =>
    (await describeBatchInferenceJob.run(services, { batchInferenceJobArn })).batchInferenceJob!

  it('go through the statuses of the model', async () => {
    const { store } = services
    const { arn: version } = await versionOf(services, solutionArn)
    const [done, failed] = [await create('done', version), await create('failed', version)]
    for (const arn of [done, failed]) {
      const { running } = statusesOf((await store.resources.get(arn))!)
      await store.resources.update(arn, { status: running })
      assert.equal((await read(arn)).status, 'CREATE IN_PROGRESS')
    }
    await store.resources.update(done, endOf((await store.resources.get(done))!, {}, Date.now()))
    await failJob(store, failed, 'no such file')
    assert.equal((await read(done)).status, 'ACTIVE')
    assert.deepEqual(
      [(await read(failed)).status, (await read(failed)).failureReason],
      ['CREATE FAILED', 'no such file'],
    )
  })

  it('keep the filter that they use, and the datasets of their group, until they are done', async () => {
    const { store, arns } = services
    const { arn: version } = await versionOf(services, solutionArn)
    const datasetGroupArn = arns.of('dataset-group/shop')
    const filterExpression = 'EXCLUDE ItemID WHERE Interactions.EVENT_TYPE IN ("buy")'
    const { filterArn } = await createFilter.run(services, { name: 'bought', datasetGroupArn, filterExpression })
    const job = await create('filtered', version, filterArn)
    const removeFilter = () => deleteFilter.run(services, { filterArn: filterArn! })
    const removeItems = () => deleteDataset.run(services, { datasetArn: arns.of('dataset/shop/ITEMS') })
    for (const remove of [removeFilter, removeItems])
      await assert.rejects(remove(), { name: 'ResourceInUseException', message: new RegExp(`in use by: .*${job}`) })
    for (const unfinished of await store.resources.unfinished())
      await store.resources.update(unfinished.arn, { status: 'ACTIVE' })
    await removeFilter()
    await removeItems()
  })

  it('are refused where they do not exist', async () => {
    const message = /^The given batch inference job does not exist: .*batch-inference-job\/none$/
    const none = read(services.arns.of('batch-inference-job/none'))
    await assert.rejects(none, { name: 'ResourceNotFoundException', message })
  })

  it('are listed by solution version, page by page', async () => {
    const { arn: version } = await versionOf(services, solutionArn)
    for (const name of ['l1', 'l2', 'l3']) await create(name, version)
    const list = (nextToken?: string) =>
      listBatchInferenceJobs.run(services, { solutionVersionArn: version, maxResults: 2, nextToken })
    const first = await list()
    const second = await list(first.nextToken)
    const jobs = [...first.batchInferenceJobs!, ...second.batchInferenceJobs!]
    assert.deepEqual(
      jobs.map(({ jobName }) => jobName),
      ['l1', 'l2', 'l3'],
    )
    const { creationDateTime, lastUpdatedDateTime, batchInferenceJobArn, ...summary } = jobs[0]!
    const known = { jobName: 'l1', solutionVersionArn: version, status: 'CREATE PENDING' }
    assert.deepEqual(summary, { ...known, batchInferenceJobMode: 'BATCH_INFERENCE' })
  })
})
