import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type { TestServices } from '#test/services.ts'
import { createGroup, openIdleServices, solutionIn, versionOf } from '#test/solutions.ts'
import type { CreateBatchSegmentJobRequest } from '../../contract/generated/types.ts'
import { createFilter } from '../filters/create-filter.ts'
import { createBatchSegmentJob } from './create-batch-segment-job.ts'
import { describeBatchSegmentJob } from './describe-batch-segment-job.ts'
import { listBatchSegmentJobs } from './list-batch-segment-jobs.ts'

describe('batch segment jobs', () => {
  let services: TestServices
  let group: string
  let solutionVersionArn: string
  before(async () => {
    services = await openIdleServices()
    group = await createGroup(services, 'shop')
    solutionVersionArn = (await versionOf(services, await solutionIn(services, group, 'users', 'aws-item-affinity')))
      .arn
  })
  after(() => services[Symbol.asyncDispose]())

  const known = {
    jobInput: { s3DataSource: { path: 's3://b/in.json' } },
    jobOutput: { s3DataDestination: { path: 's3://b/out/' } },
    roleArn: 'arn:aws:iam::000000000000:role/personalize',
  }
  const create = (jobName: string, more: Partial<CreateBatchSegmentJobRequest> = {}) =>
    createBatchSegmentJob.run(services, { jobName, solutionVersionArn, ...known, ...more })

  it('are created, PENDING, and described', async () => {
    const { batchSegmentJobArn } = await create('first', { numResults: 5_000_000 })
    assert.equal(batchSegmentJobArn, 'arn:aws:personalize:us-east-1:000000000000:batch-segment-job/first')
    const described = await describeBatchSegmentJob.run(services, { batchSegmentJobArn: batchSegmentJobArn! })
    const { creationDateTime, lastUpdatedDateTime, ...job } = described.batchSegmentJob!
    const shown = { jobName: 'first', batchSegmentJobArn, solutionVersionArn, numResults: 5_000_000, ...known }
    assert.deepEqual(job, { ...shown, status: 'CREATE PENDING' })
  })

  it('are refused where they could not be carried out', async () => {
    const items = await versionOf(services, await solutionIn(services, group, 'items'))
    const affinity = await versionOf(services, await solutionIn(services, group, 'a', 'aws-item-attribute-affinity'))
    const filterBy = async (subject: string) => {
      const filterExpression = `INCLUDE ${subject} WHERE Interactions.EVENT_TYPE IN ("buy")`
      const filter = { name: subject, datasetGroupArn: group, filterExpression }
      return (await createFilter.run(services, filter)).filterArn!
    }
    const buyers = await filterBy('UserID')
    await create('buyers', { filterArn: buyers })
    const refused = [
      [{ filterArn: await filterBy('ItemID') }, 'InvalidInput', /^filterArn: .* filters by ItemID, not by UserID$/],
      [
        { filterArn: buyers, solutionVersionArn: affinity.arn },
        'InvalidInput',
        /filters by Interactions, which aws-item-attribute-affinity cannot$/,
      ],
      [{ solutionVersionArn: items.arn }, 'InvalidInput', /aws-user-personalization makes no user segments$/],
      [{ numResults: 0 }, 'InvalidInput', /^numResults must be from 1 to 5000000, got 0$/],
      [{ filterArn: group }, 'ResourceNotFound', /^The given filter does not exist/],
      [{ jobInput: { s3DataSource: { path: 'https://b' } } }, 'InvalidInput', /^Invalid S3 input path\. /],
    ] as const
    for (const [more, name, message] of refused) {
      await assert.rejects(create('wrong', more), { name: `${name}Exception`, message })
    }
  })

  it('are listed by solution version, page by page', async () => {
    const { arn } = await versionOf(services, await solutionIn(services, group, 'listed', 'aws-item-affinity'))
    for (const name of ['l1', 'l2', 'l3']) await create(name, { solutionVersionArn: arn })
    const list = (nextToken?: string) =>
      listBatchSegmentJobs.run(services, { solutionVersionArn: arn, maxResults: 2, nextToken })
    const first = await list()
    const second = await list(first.nextToken)
    const jobs = [...first.batchSegmentJobs!, ...second.batchSegmentJobs!]
    assert.deepEqual(
      jobs.map(({ jobName }) => jobName),
      ['l1', 'l2', 'l3'],
    )
  })

  it('may wait in a number of 5 at most', async () => {
    const message = 'More than 5 resources with PENDING or IN_PROGRESS status.'
    await assert.rejects(create('more'), { name: 'LimitExceededException', message })
  })
})
