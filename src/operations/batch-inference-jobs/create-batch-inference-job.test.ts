import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type { TestServices } from '#test/services.ts'
import { createGroup, openIdleServices, solutionIn, versionOf } from '#test/solutions.ts'
import type { CreateBatchInferenceJobRequest } from '../../contract/generated/types.ts'
import { createFilter } from '../filters/create-filter.ts'
import { createBatchInferenceJob } from './create-batch-inference-job.ts'
import { describeBatchInferenceJob } from './describe-batch-inference-job.ts'

const roleArn = 'arn:aws:iam::000000000000:role/personalize'

describe('CreateBatchInferenceJob', () => {
  let services: TestServices
  let group: string
  let solutionVersionArn: string
  before(async () => {
    services = await openIdleServices()
    group = await createGroup(services, 'shop')
    solutionVersionArn = (await versionOf(services, await solutionIn(services, group, 'news'))).arn
  })
  after(() => services[Symbol.asyncDispose]())

  const jobInput = { s3DataSource: { path: 's3://b/in.json' } }
  const jobOutput = { s3DataDestination: { path: 's3://b/out/' } }
  const create = (jobName: string, more: Partial<CreateBatchInferenceJobRequest> = {}) =>
    createBatchInferenceJob.run(services, { jobName, solutionVersionArn, jobInput, jobOutput, roleArn, ...more })
  const filterIn = async (datasetGroupArn: string, name: string) => {
    const filterExpression = 'INCLUDE ItemID WHERE Items.PRICE < 10'
    return (await createFilter.run(services, { name, datasetGroupArn, filterExpression })).filterArn!
  }

  it('starts a job', async () => {
    const filterArn = await filterIn(group, 'cheap')
    const batchInferenceJobConfig = { itemExplorationConfig: { explorationWeight: '0' } }
    const { batchInferenceJobArn } = await create('first', { filterArn, batchInferenceJobConfig })
    assert.equal(batchInferenceJobArn, 'arn:aws:personalize:us-east-1:000000000000:batch-inference-job/first')
    const described = await describeBatchInferenceJob.run(services, { batchInferenceJobArn: batchInferenceJobArn! })
    const { creationDateTime, lastUpdatedDateTime, ...job } = described.batchInferenceJob!
    assert.deepEqual(job, {
      jobName: 'first',
      batchInferenceJobArn,
      filterArn,
      solutionVersionArn,
      numResults: 25,
      jobInput,
      jobOutput,
      batchInferenceJobConfig,
      roleArn,
      batchInferenceJobMode: 'BATCH_INFERENCE',
      status: 'CREATE PENDING',
    })
  })

  it('refuses at once a request that the job could not carry out', async () => {
    const training = await versionOf(services, await solutionIn(services, group, 'new'), { status: 'CREATE PENDING' })
    const trending = await versionOf(services, await solutionIn(services, group, 'trend', 'aws-trending-now'))
    const segments = await versionOf(services, await solutionIn(services, group, 'segment', 'aws-item-affinity'))
    const elsewhere = await filterIn(await createGroup(services, 'other'), 'elsewhere')
    const s3 = (path: string) => ({ s3DataSource: { path }, s3DataDestination: { path } })
    const themes = { fieldsForThemeGeneration: { itemName: 'TITLE' } }
    const refused = [
      [{ jobInput: s3('s3://') }, 'InvalidInput', /^Invalid S3 input path\. jobInput\.s3DataSource\.path must be s3:/],
      [{ jobOutput: s3('http://b/c') }, 'InvalidInput', /^Invalid S3 output path\. jobOutput\.s3DataDestination\.path/],
      [{ numResults: 501 }, 'InvalidInput', /^numResults must be from 1 to 500, got 501$/],
      [{ batchInferenceJobMode: 'THEME_GENERATION' }, 'InvalidInput', /^batchInferenceJobMode must be BATCH_INFERENCE/],
      [{ themeGenerationConfig: themes }, 'InvalidInput', /^batchInferenceJobMode must be BATCH_INFERENCE/],
      [{ solutionVersionArn: `${group}/1` }, 'ResourceNotFound', /^The given solution version does not exist/],
      [{ solutionVersionArn: training.arn }, 'ResourceInUse', /is CREATE PENDING, not ACTIVE: try again/],
      [{ solutionVersionArn: trending.arn }, 'InvalidInput', /aws-trending-now makes no batch recommendations$/],
      [{ solutionVersionArn: segments.arn }, 'InvalidInput', /aws-item-affinity makes no batch recommendations$/],
      [{ filterArn: group }, 'ResourceNotFound', /^The given filter does not exist: /],
      [{ filterArn: elsewhere }, 'ResourceNotFound', /^The given filter does not exist in the dataset group of the/],
      [
        { batchInferenceJobConfig: { rankingInfluence: { FRESHNESS: 1 } } },
        'InvalidInput',
        /^rankingInfluence\.FRESHNESS: .* no such parameter/,
      ],
    ] as const
    for (const [more, name, message] of refused) {
      await assert.rejects(create('wrong', more), { name: `${name}Exception`, message })
    }
  })

  it('refuses a name that is taken, and a sixth waiting job', async () => {
    await using limited = await openIdleServices()
    const solution = await solutionIn(limited, await createGroup(limited, 'full'), 'full')
    const { arn } = await versionOf(limited, solution)
    const add = (jobName: string) =>
      createBatchInferenceJob.run(limited, { jobName, solutionVersionArn: arn, jobInput, jobOutput, roleArn })
    await add('j0')
    const taken = { name: 'ResourceAlreadyExistsException', message: /batch-inference-job\/j0 already exists\.$/ }
    await assert.rejects(add('j0'), taken)
    for (const name of ['j1', 'j2', 'j3', 'j4']) await add(name)
    const message = 'More than 5 resources with PENDING or IN_PROGRESS status.'
    await assert.rejects(add('j5'), { name: 'LimitExceededException', message })
  })
})
