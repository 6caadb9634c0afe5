import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type { TestServices } from '#test/services.ts'
import { addDataset, createGroup, openIdleServices, solutionIn, versionOf } from '#test/solutions.ts'
import type { CreateSolutionVersionRequest } from '../../contract/generated/types.ts'
import { updateSolution } from '../solutions/update-solution.ts'
import { createSolutionVersion } from './create-solution-version.ts'
import { describeSolutionVersion } from './describe-solution-version.ts'

describe('CreateSolutionVersion', () => {
  let services: TestServices
  let group: string
  before(async () => {
    services = await openIdleServices()
    group = await createGroup(services, 'shop')
  })
  after(() => services[Symbol.asyncDispose]())

  const create = async (solutionArn: string, more: Partial<CreateSolutionVersionRequest> = {}) =>
    (await createSolutionVersion.run(services, { solutionArn, ...more })).solutionVersionArn!
  const read = async (solutionVersionArn: string) =>
    (await describeSolutionVersion.run(services, { solutionVersionArn })).solutionVersion!

  it('starts a training with the current settings of the solution, which later updates do not change', async () => {
    const solutionArn = await solutionIn(services, group, 'trained')
    const solutionVersionArn = await create(solutionArn, { name: 'first', tags: [{ tagKey: 'a', tagValue: 'b' }] })
    assert.match(solutionVersionArn, /^arn:aws:personalize:us-east-1:000000000000:solution\/trained\/[\da-f]{8}$/)
    const autoTrainingConfig = { schedulingExpression: 'rate(3 days)' }
    await updateSolution.run(services, { solutionArn, solutionUpdateConfig: { autoTrainingConfig } })
    const { creationDateTime, lastUpdatedDateTime, ...version } = await read(solutionVersionArn)
    assert.equal(creationDateTime, lastUpdatedDateTime)
    assert.deepEqual(version, {
      name: 'first',
      solutionVersionArn,
      solutionArn,
      performHPO: false,
      performAutoML: false,
      performIncrementalUpdate: false,
      solutionConfig: {},
      recipeArn: 'arn:aws:personalize:::recipe/aws-user-personalization',
      datasetGroupArn: group,
      trainingMode: 'FULL',
      trainingType: 'MANUAL',
      status: 'CREATE PENDING',
    })
  })

  it('calls a version without a name SOLUTION/ID, as the service does', async () => {
    const solutionArn = await solutionIn(services, group, 'nameless')
    const { name, solutionVersionArn } = await read(await create(solutionArn))
    assert.match(name!, /^nameless\/[\da-f]{8}$/)
    assert.equal(solutionVersionArn, services.arns.of(`solution/${name}`))
  })

  it('refuses a solution that does not exist', async () => {
    const none = services.arns.of('solution/none')
    const message = `The given solution does not exist: ${none}`
    await assert.rejects(create(none), { name: 'ResourceNotFoundException', message })
  })

  it('needs the datasets that the recipe requires', async () => {
    const empty = await createGroup(services, 'empty', { types: ['Items'] })
    const solutionArn = await solutionIn(services, empty, 'early')
    const message = `The dataset group ${empty} has no dataset of type INTERACTIONS: create it first`
    await assert.rejects(create(solutionArn), { name: 'InvalidInputException', message })
    await addDataset(services, empty, 'Interactions')
    assert.ok(await create(solutionArn))
  })

  it('trains in UPDATE where there is an ACTIVE version and the recipe supports it', async () => {
    const invalid = (message: RegExp) => ({ name: 'InvalidInputException', message })
    const sims = await solutionIn(services, group, 'sims', 'aws-sims')
    const update = { trainingMode: 'UPDATE' } as const
    await assert.rejects(create(sims, update), invalid(/^trainingMode must be FULL: .* not aws-sims$/))
    const solutionArn = await solutionIn(services, group, 'update')
    await versionOf(services, solutionArn, { status: 'CREATE FAILED' })
    await assert.rejects(create(solutionArn, update), invalid(/^trainingMode must be FULL: UPDATE needs an ACTIVE/))
    await versionOf(services, solutionArn)
    assert.equal((await read(await create(solutionArn, update))).trainingMode, 'UPDATE')
  })

  it('refuses a name that another version of the solution has', async () => {
    const solutionArn = await solutionIn(services, group, 'named')
    const arn = await create(solutionArn, { name: 'v1' })
    const message = `Another resource with the name v1 already exists: ${arn}`
    await assert.rejects(create(solutionArn, { name: 'v1' }), { name: 'ResourceAlreadyExistsException', message })
  })

  it('refuses a version where 20 wait', async () => {
    await using limited = await openIdleServices()
    const datasetGroupArn = await createGroup(limited, 'full')
    const solutionArn = await solutionIn(limited, datasetGroupArn, 'full')
    for (let i = 0; i < 20; i++) await createSolutionVersion.run(limited, { solutionArn })
    const message = 'More than 20 resources with PENDING or IN_PROGRESS status.'
    const exceeded = { name: 'LimitExceededException', message }
    await assert.rejects(createSolutionVersion.run(limited, { solutionArn }), exceeded)
  })
})
