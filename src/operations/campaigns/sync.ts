import type { Campaign } from '../../contract/generated/types.ts'
import type { Resource } from '../../store/store.ts'
import type { Services } from '../operation.ts'
import { deploy, latestActive } from './deployed.ts'

/**
 * Deploys the newest ACTIVE version of the solution in each campaign that has `syncWithLatestSolutionVersion`.
 * https://docs.aws.amazon.com/personalize/latest/dg/campaigns.html#create-campaign-automatic-latest-sv-update
 */
export async function syncCampaigns(services: Services): Promise<void> {
  for (const campaign of await services.store.resources.list({ kind: 'campaign' })) {
    if (follows(campaign)) await services.store.exclusively(() => syncCampaign(services, campaign.arn))
  }
}

async function syncCampaign(services: Services, campaignArn: string): Promise<void> {
  const { store } = services
  const campaign = await store.resources.get(campaignArn)
  if (!campaign || !follows(campaign)) return
  const latest = await latestActive(store, campaign.parent)
  if (!latest || latest.arn === campaign.reference) return
  const { minProvisionedTPS, campaignConfig } = campaign.document as Campaign
  await deploy(services, campaignArn, latest, { minProvisionedTPS, campaignConfig })
}

function follows({ document }: Resource): boolean {
  return (document as Campaign).campaignConfig?.syncWithLatestSolutionVersion === true
}
