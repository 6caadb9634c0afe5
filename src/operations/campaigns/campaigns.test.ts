import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type { TestServices } from '#test/services.ts'
import { addDataset, createGroup, openIdleServices, solutionIn, versionOf } from '#test/solutions.ts'
import type { CampaignConfig } from '../../contract/generated/types.ts'
import { deleteDataset } from '../datasets/delete-dataset.ts'
import { createCampaign } from './create-campaign.ts'
import { deleteCampaign } from './delete-campaign.ts'
import { describeCampaign } from './describe-campaign.ts'
import { listCampaigns } from './list-campaigns.ts'
import { syncCampaigns } from './sync.ts'
import { updateCampaign } from './update-campaign.ts'

describe('campaigns', () => {
  let services: TestServices
  let group: string
  before(async () => {
    services = await openIdleServices()
    group = await createGroup(services, 'shop')
  })
  after(() => services[Symbol.asyncDispose]())

  /** A solution with one version, and a campaign that serves it. */
  const deployed = async (name: string, campaignConfig?: CampaignConfig) => {
    const solutionArn = await solutionIn(services, group, name)
    const { arn: first } = await versionOf(services, solutionArn)
    const solutionVersionArn = campaignConfig?.syncWithLatestSolutionVersion ? `${solutionArn}/$LATEST` : first
    const { campaignArn } = await createCampaign.run(services, { name, solutionVersionArn, campaignConfig })
    return { solutionArn, first, campaignArn: campaignArn! }
  }
  const remove = (campaignArn: string) => deleteCampaign.run(services, { campaignArn })
  const read = async (campaignArn: string) => (await describeCampaign.run(services, { campaignArn })).campaign!
  const invalid = (message: RegExp) => ({ name: 'InvalidInputException', message })

  it('prevent the deletion of the datasets that their recipe reads', async () => {
    const { campaignArn } = await deployed('reads')
    const removeDataset = (datasetArn: string) => deleteDataset.run(services, { datasetArn })
    const items = services.arns.of('dataset/shop/ITEMS')
    await assert.rejects(removeDataset(items), {
      name: 'ResourceInUseException',
      message: new RegExp(`ITEMS cannot be deleted while it is in use by: ${campaignArn}$`),
    })
    const unread = await addDataset(services, group, 'Actions')
    await removeDataset(unread)
    await remove(campaignArn)
  })

  describe('UpdateCampaign', () => {
    it('deploys another version and keeps the settings that are left out', async () => {
      const campaignConfig = { itemExplorationConfig: { explorationWeight: '0.5' } }
      const { solutionArn, campaignArn } = await deployed('updated', campaignConfig)
      assert.equal((await read(campaignArn)).latestCampaignUpdate, undefined)
      const { arn: solutionVersionArn } = await versionOf(services, solutionArn)
      await updateCampaign.run(services, { campaignArn, solutionVersionArn, minProvisionedTPS: 3 })
      const { latestCampaignUpdate, ...campaign } = await read(campaignArn)
      const { creationDateTime, lastUpdatedDateTime, ...update } = latestCampaignUpdate!
      const changed = { solutionVersionArn, minProvisionedTPS: 3, status: 'ACTIVE' }
      assert.deepEqual(update, changed)
      const { campaignArn: _arn, name, creationDateTime: _created, lastUpdatedDateTime: _updated, ...rest } = campaign
      assert.deepEqual(rest, { ...changed, campaignConfig })
      assert.equal((await services.store.resources.get(campaignArn))!.reference, solutionVersionArn)
      await remove(campaignArn)
    })

    it('refuses a version of another solution, and all that CreateCampaign refuses', async () => {
      const { solutionArn, campaignArn, first } = await deployed('refused')
      const { arn: other } = await versionOf(services, await solutionIn(services, group, 'other'))
      const { arn: failed } = await versionOf(services, solutionArn, { status: 'CREATE STOPPED' })
      const update = (solutionVersionArn: string, campaignConfig?: CampaignConfig) =>
        updateCampaign.run(services, { campaignArn, solutionVersionArn, campaignConfig })
      await assert.rejects(update(other), invalid(/must be that of a version of .*solution\/refused/))
      await assert.rejects(update(failed), invalid(/is CREATE STOPPED, not ACTIVE$/))
      await assert.rejects(
        update(first, { rankingInfluence: { FRESHNESS: 1 } }),
        invalid(/^rankingInfluence\.FRESHNESS/),
      )
      const sync = { syncWithLatestSolutionVersion: true }
      await assert.rejects(update(first, sync), invalid(/^solutionVersionArn must be SOLUTION_ARN\/\$LATEST/))
      assert.equal((await read(campaignArn)).latestCampaignUpdate, undefined)
      await remove(campaignArn)
    })
  })

  describe('syncWithLatestSolutionVersion', () => {
    it('deploys a version as soon as it is ACTIVE', async () => {
      const { solutionArn, first, campaignArn } = await deployed('synced', { syncWithLatestSolutionVersion: true })
      const still = await deployed('still')
      await versionOf(services, still.solutionArn)
      const { arn } = await versionOf(services, solutionArn, { status: 'CREATE IN_PROGRESS' })
      await syncCampaigns(services)
      assert.deepEqual([(await read(campaignArn)).solutionVersionArn, first], [first, first])
      await services.store.resources.update(arn, { status: 'ACTIVE' })
      await syncCampaigns(services)
      const { solutionVersionArn, latestCampaignUpdate } = await read(campaignArn)
      assert.deepEqual([solutionVersionArn, latestCampaignUpdate!.solutionVersionArn], [arn, arn])
      assert.equal((await read(still.campaignArn)).solutionVersionArn, still.first)
      await updateCampaign.run(services, { campaignArn, minProvisionedTPS: 2 })
      assert.equal((await read(campaignArn)).campaignConfig!.syncWithLatestSolutionVersion, true)
      await remove(campaignArn)
      await remove(still.campaignArn)
    })
  })

  describe('ListCampaigns', () => {
    it('lists the campaigns of a solution, of one of its versions, or all, page by page', async () => {
      const one = await deployed('one')
      const two = await deployed('two')
      const listed = await listCampaigns.run(services, { solutionArn: two.solutionArn })
      const { creationDateTime, lastUpdatedDateTime, ...summary } = listed.campaigns![0]!
      assert.deepEqual(summary, { name: 'two', campaignArn: two.campaignArn, status: 'ACTIVE' })
      const { arn: idle } = await versionOf(services, two.solutionArn)
      const serving = (solutionArn: string) => listCampaigns.run(services, { solutionArn })
      assert.deepEqual((await serving(two.first)).campaigns, listed.campaigns)
      assert.deepEqual((await serving(idle)).campaigns, [])
      assert.deepEqual((await serving(`${two.solutionArn}/deleted`)).campaigns, [])
      await assert.rejects(serving(group), invalid(/ is the ARN of a dataset group, not of a solution$/))
      const first = await listCampaigns.run(services, { maxResults: 1 })
      const second = await listCampaigns.run(services, { nextToken: first.nextToken })
      const names = [...first.campaigns!, ...second.campaigns!].map(({ name }) => name)
      assert.deepEqual(names, ['one', 'two'])
      for (const { campaignArn } of [one, two]) await remove(campaignArn)
    })
  })

  describe('DeleteCampaign', () => {
    it('deletes a campaign, whose name can be used again', async () => {
      const { first, campaignArn } = await deployed('again')
      await remove(campaignArn)
      const message = /^The given campaign does not exist: .*campaign\/again$/
      await assert.rejects(remove(campaignArn), { name: 'ResourceNotFoundException', message })
      await assert.rejects(read(campaignArn), { name: 'ResourceNotFoundException', message })
      await createCampaign.run(services, { name: 'again', solutionVersionArn: first })
    })
  })
})
