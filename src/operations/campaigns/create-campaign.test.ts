import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type { TestServices } from '#test/services.ts'
import { createGroup, openIdleServices, solutionIn, versionOf } from '#test/solutions.ts'
import type { CampaignConfig, CreateCampaignRequest } from '../../contract/generated/types.ts'
import { createCampaign } from './create-campaign.ts'
import { describeCampaign } from './describe-campaign.ts'

describe('CreateCampaign', () => {
  let services: TestServices
  let group: string
  let solutionArn: string
  let version: string
  before(async () => {
    services = await openIdleServices()
    group = await createGroup(services, 'shop')
    solutionArn = await solutionIn(services, group, 'news')
    version = (await versionOf(services, solutionArn)).arn
  })
  after(() => services[Symbol.asyncDispose]())

  const create = (name: string, more: Partial<CreateCampaignRequest> = {}) =>
    createCampaign.run(services, { name, solutionVersionArn: version, ...more })
  const read = async (name: string) => {
    const campaignArn = services.arns.of(`campaign/${name}`)
    return (await describeCampaign.run(services, { campaignArn })).campaign!
  }

  it('serves a solution version, ACTIVE at once', async () => {
    const created = await create('web')
    assert.deepEqual(created, { campaignArn: 'arn:aws:personalize:us-east-1:000000000000:campaign/web' })
    const { creationDateTime, lastUpdatedDateTime, ...campaign } = await read('web')
    assert.equal(creationDateTime, lastUpdatedDateTime)
    const settings = { minProvisionedTPS: 1, campaignConfig: {} }
    const shown = { name: 'web', ...created, solutionVersionArn: version, ...settings, status: 'ACTIVE' }
    assert.deepEqual(campaign, shown)
    const { parent, reference } = (await services.store.resources.get(created.campaignArn!))!
    assert.deepEqual([parent, reference], [solutionArn, version])
  })

  it('keeps its settings', async () => {
    const campaignConfig: CampaignConfig = {
      itemExplorationConfig: { explorationWeight: '0.5' },
      enableMetadataWithRecommendations: true,
    }
    await create('set', { campaignConfig, minProvisionedTPS: 2 })
    const { minProvisionedTPS, ...campaign } = await read('set')
    assert.deepEqual([campaign.campaignConfig, minProvisionedTPS], [campaignConfig, 2])
  })

  it('serves the newest ACTIVE version of SOLUTION/$LATEST', async () => {
    const solution = await solutionIn(services, group, 'latest')
    const latest = { solutionVersionArn: `${solution}/$LATEST` }
    const missing = { name: 'ResourceNotFoundException', message: /\$LATEST: the solution has no ACTIVE version yet$/ }
    await assert.rejects(create('latest', latest), missing)
    await versionOf(services, solution)
    const { arn } = await versionOf(services, solution)
    await versionOf(services, solution, { status: 'CREATE FAILED' })
    await create('latest', { ...latest, campaignConfig: { syncWithLatestSolutionVersion: true } })
    assert.equal((await read('latest')).solutionVersionArn, arn)
  })

  it('refuses a solution, and suggests the right ARN', async () => {
    const message = new RegExp(
      `^The given solution version does not exist: ${solutionArn}: .* or ${solutionArn}/.LATEST`,
    )
    const given = create('wrong', { solutionVersionArn: solutionArn })
    await assert.rejects(given, { name: 'ResourceNotFoundException', message })
  })

  it('refuses a version that does not exist, is not ACTIVE, or is not for campaigns', async () => {
    const pending = await versionOf(services, solutionArn, { status: 'CREATE IN_PROGRESS' })
    const failed = await versionOf(services, solutionArn, { status: 'CREATE FAILED' })
    const segments = await versionOf(services, await solutionIn(services, group, 'segments', 'aws-item-affinity'))
    const refused = [
      [
        `${solutionArn}/00000000`,
        'ResourceNotFoundException',
        /^The given solution version does not exist: .*00000000$/,
      ],
      [pending.arn, 'ResourceInUseException', /is CREATE IN_PROGRESS, not ACTIVE: try again later$/],
      [failed.arn, 'InvalidInputException', /is CREATE FAILED, not ACTIVE$/],
      [segments.arn, 'InvalidInputException', /aws-item-affinity makes user segments: call CreateBatchSegmentJob/],
    ] as const
    for (const [solutionVersionArn, name, message] of refused) {
      await assert.rejects(create('wrong', { solutionVersionArn }), { name, message })
    }
  })

  it('refuses settings that its recipe does not have', async () => {
    const refused: readonly [CampaignConfig, RegExp][] = [
      [{ itemExplorationConfig: { exploration: '1' } }, /^itemExplorationConfig\.exploration: .* no such parameter/],
      [{ itemExplorationConfig: { explorationWeight: '2' } }, /explorationWeight: "2" is not a number from 0 to 1/],
      [
        { rankingInfluence: { POPULARITY: 0.5 } },
        /^rankingInfluence\.POPULARITY: aws-user-personalization has no such/,
      ],
      [{ syncWithLatestSolutionVersion: true }, /^solutionVersionArn must be SOLUTION_ARN\/\$LATEST where/],
    ]
    for (const [campaignConfig, message] of refused) {
      await assert.rejects(create('wrong', { campaignConfig }), { name: 'InvalidInputException', message })
    }
  })

  it('refuses a name that is taken, and a sixth in a dataset group', async () => {
    const other = await createGroup(services, 'full')
    const { arn: solutionVersionArn } = await versionOf(services, await solutionIn(services, other, 'full'))
    await create('full', { solutionVersionArn })
    const taken = { name: 'ResourceAlreadyExistsException', message: /campaign\/full already exists\.$/ }
    await assert.rejects(create('full', { solutionVersionArn }), taken)
    for (let i = 1; i < 5; i++) await create(`full${i}`, { solutionVersionArn })
    const message = 'Cannot create a campaign. More than 5 resources in ACTIVE state. Please delete some and try again.'
    await assert.rejects(create('full5', { solutionVersionArn }), { name: 'LimitExceededException', message })
  })
})
