import { InvalidInputException } from '../../contract/errors.ts'
import type { Campaign } from '../../contract/generated/types.ts'
import { exclusiveOperation } from '../operation.ts'
import { findResource } from '../shared/resources.ts'
import { assertFollows, checkCampaignConfig, deploy, findDeployable } from './deployed.ts'

/**
 * Changes the solution version or the settings of a campaign, at once. Members that are left out stay as they are. A
 * config replaces the one before. https://docs.aws.amazon.com/personalize/latest/dg/API_UpdateCampaign.html
 */
export const updateCampaign = exclusiveOperation('UpdateCampaign', async (services, input) => {
  const { store } = services
  const { campaignArn, solutionVersionArn: given } = input
  const { parent, reference, document } = await findResource(store, 'campaign', campaignArn)
  const old = document as Campaign
  const { campaignConfig = old.campaignConfig ?? {}, minProvisionedTPS = old.minProvisionedTPS } = input
  const version = await findDeployable(store, given ?? reference)
  if (version.parent !== parent) {
    throw new InvalidInputException(
      `solutionVersionArn must be that of a version of ${parent}, the solution of the campaign`,
    )
  }
  checkCampaignConfig(campaignConfig, version)
  if (given !== undefined || input.campaignConfig) assertFollows(campaignConfig, given)
  await deploy(services, campaignArn, version, { minProvisionedTPS, campaignConfig }, input)
  return { campaignArn }
})
