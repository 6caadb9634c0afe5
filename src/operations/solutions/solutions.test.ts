import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type { TestServices } from '#test/services.ts'
import { createGroup, openIdleServices, solutionIn, versionOf } from '#test/solutions.ts'
import { createCampaign } from '../campaigns/create-campaign.ts'
import { deleteCampaign } from '../campaigns/delete-campaign.ts'
import { deleteDatasetGroup } from '../dataset-groups/delete-dataset-group.ts'
import { createResource } from '../shared/resources.ts'
import { deleteSolution } from './delete-solution.ts'
import { describeSolution } from './describe-solution.ts'
import { listSolutions } from './list-solutions.ts'
import { updateSolution } from './update-solution.ts'

describe('solutions', () => {
  let services: TestServices
  let group: string
  before(async () => {
    services = await openIdleServices()
    group = await createGroup(services, 'shop')
  })
  after(() => services[Symbol.asyncDispose]())

  const read = async (solutionArn: string) => (await describeSolution.run(services, { solutionArn })).solution!

  describe('DescribeSolution', () => {
    it('shows a summary of the newest version', async () => {
      const solutionArn = await solutionIn(services, group, 'described')
      assert.equal((await read(solutionArn)).latestSolutionVersion, undefined)
      await versionOf(services, solutionArn)
      const { arn } = await versionOf(services, solutionArn, {
        status: 'CREATE FAILED',
        document: { failureReason: 'too little', trainingType: 'MANUAL', metrics: { coverage: 1 } },
      })
      const { creationDateTime, lastUpdatedDateTime, ...summary } = (await read(solutionArn)).latestSolutionVersion!
      assert.deepEqual(summary, {
        solutionVersionArn: arn,
        status: 'CREATE FAILED',
        trainingMode: 'FULL',
        trainingType: 'MANUAL',
        failureReason: 'too little',
      })
    })

    it('shows only members of its model, even if more were stored', async () => {
      const solutionArn = await solutionIn(services, group, 'older')
      const solutionConfig = { eventsConfig: { eventParametersList: [{ eventType: 'buy', weigth: 2 }], other: 1 } }
      await services.store.resources.update(solutionArn, { document: { solutionConfig, colour: 'red' } })
      const solution = await read(solutionArn)
      assert.deepEqual(solution.solutionConfig, { eventsConfig: { eventParametersList: [{ eventType: 'buy' }] } })
      assert.ok(!('colour' in solution))
    })

    it('refuses an ARN that does not exist', async () => {
      const none = services.arns.of('solution/none')
      const message = `The given solution does not exist: ${none}`
      await assert.rejects(read(none), { name: 'ResourceNotFoundException', message })
    })
  })

  describe('ListSolutions', () => {
    it('lists the solutions of a dataset group, page by page', async () => {
      const other = await createGroup(services, 'other')
      for (const name of ['l1', 'l2', 'l3']) await solutionIn(services, other, name)
      const first = await listSolutions.run(services, { datasetGroupArn: other, maxResults: 2 })
      const second = await listSolutions.run(services, { datasetGroupArn: other, nextToken: first.nextToken })
      assert.deepEqual(
        [...first.solutions!, ...second.solutions!].map(({ name }) => name),
        ['l1', 'l2', 'l3'],
      )
      assert.deepEqual(Object.keys(second.solutions![0]!).sort(), [
        'creationDateTime',
        'lastUpdatedDateTime',
        'name',
        'recipeArn',
        'solutionArn',
        'status',
      ])
    })
  })

  describe('UpdateSolution', () => {
    it('changes automatic training and keeps the rest', async () => {
      const solutionArn = await solutionIn(services, group, 'updated')
      assert.equal((await read(solutionArn)).latestSolutionUpdate, undefined)
      const solutionUpdateConfig = { autoTrainingConfig: { schedulingExpression: 'rate(3 days)' } }
      await updateSolution.run(services, { solutionArn, performAutoTraining: true, solutionUpdateConfig })
      const { performAutoTraining, performHPO, solutionConfig, latestSolutionUpdate } = await read(solutionArn)
      assert.deepEqual([performAutoTraining, performHPO], [true, false])
      assert.deepEqual(solutionConfig, solutionUpdateConfig)
      const { creationDateTime, lastUpdatedDateTime, ...update } = latestSolutionUpdate!
      assert.deepEqual(update, { performAutoTraining: true, solutionUpdateConfig, status: 'ACTIVE' })
    })

    it('refuses settings that its recipe does not have', async () => {
      const solutionArn = await solutionIn(services, group, 'refused')
      const invalid = (message: RegExp) => ({ name: 'InvalidInputException', message })
      const eventsConfig = { eventParametersList: [{ eventType: 'buy', weight: 1 }] }
      const events = updateSolution.run(services, { solutionArn, solutionUpdateConfig: { eventsConfig } })
      await assert.rejects(
        events,
        invalid(/^solutionUpdateConfig\.eventsConfig: aws-user-personalization does not support it/),
      )
      const autoTrainingConfig = { schedulingExpression: 'rate(0 days)' }
      const rate = updateSolution.run(services, { solutionArn, solutionUpdateConfig: { autoTrainingConfig } })
      await assert.rejects(rate, invalid(/^solutionUpdateConfig\.autoTrainingConfig\.schedulingExpression must be/))
      assert.equal((await read(solutionArn)).latestSolutionUpdate, undefined)
    })
  })

  describe('DeleteSolution', () => {
    const remove = (solutionArn: string) => deleteSolution.run(services, { solutionArn })
    const inUse = (message: RegExp) => ({ name: 'ResourceInUseException', message })

    it('deletes its versions and their batch jobs with it', async () => {
      const solutionArn = await solutionIn(services, group, 'deleted')
      const version = await versionOf(services, solutionArn)
      const job = services.arns.of('batch-inference-job/done')
      const batch = {
        kind: 'batch-inference-job',
        arn: job,
        parent: version.arn,
        status: 'ACTIVE',
        document: {},
      } as const
      await createResource(services.store, batch)
      await remove(solutionArn)
      for (const arn of [solutionArn, version.arn, job])
        assert.equal(await services.store.resources.get(arn), undefined)
      assert.equal(await solutionIn(services, group, 'deleted'), solutionArn)
    })

    it('refuses while a campaign uses it', async () => {
      const solutionArn = await solutionIn(services, group, 'served')
      const { arn: solutionVersionArn } = await versionOf(services, solutionArn)
      const { campaignArn } = await createCampaign.run(services, { name: 'serving', solutionVersionArn })
      await assert.rejects(remove(solutionArn), inUse(/solution\/served cannot be deleted .* by: .*campaign\/serving$/))
      assert.ok(await services.store.resources.get(solutionVersionArn))
      await deleteCampaign.run(services, { campaignArn: campaignArn! })
      await remove(solutionArn)
    })

    it('refuses while a version is trained or a batch job runs, naming it', async () => {
      const solutionArn = await solutionIn(services, group, 'training')
      const { arn, parent } = await versionOf(services, solutionArn, { status: 'CREATE STOPPING' })
      await assert.rejects(remove(solutionArn), inUse(new RegExp(`in use by: ${arn}$`)))
      await services.store.resources.update(arn, { status: 'ACTIVE' })
      const job = services.arns.of('batch-inference-job/running')
      const batch = {
        kind: 'batch-inference-job',
        arn: job,
        parent: arn,
        status: 'CREATE IN_PROGRESS',
        document: {},
      } as const
      await createResource(services.store, batch)
      await assert.rejects(remove(parent), inUse(/in use by: .*batch-inference-job\/running$/))
    })
  })

  it('keep their dataset group from being deleted', async () => {
    const datasetGroupArn = await createGroup(services, 'kept', { types: [] })
    const solutionArn = await solutionIn(services, datasetGroupArn, 'keeping')
    const message = new RegExp(`in use by: ${solutionArn}$`)
    const removed = deleteDatasetGroup.run(services, { datasetGroupArn })
    await assert.rejects(removed, { name: 'ResourceInUseException', message })
  })
})
