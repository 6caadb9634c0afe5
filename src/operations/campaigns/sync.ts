import type { Campaign } from '../../contract/generated/types.ts'
import { inPages } from '../../store/pages.ts'
import type { Resource } from '../../store/resource-store.ts'
import type { Store } from '../../store/store.ts'
import type { Services } from '../operation.ts'
import { deploy, latestActive } from './deployed.ts'

/**
 * Deploys the newest ACTIVE version of the solution in each campaign that has `syncWithLatestSolutionVersion`.
 * https://docs.aws.amazon.com/personalize/latest/dg/campaigns.html#create-campaign-automatic-latest-sv-update
 */
export async function syncCampaigns(services: Services): Promise<void> {
  const { store } = services
  for await (const campaign of inPages(store.resources, { kind: 'campaign' })) {
    if (follows(campaign) && (await newerThan(store, campaign)))
      await store.exclusively(() => syncCampaign(services, campaign.arn))
  }
}

async function syncCampaign(services: Services, campaignArn: string): Promise<void> {
  const { store } = services
  const campaign = await store.resources.get(campaignArn)
  if (!campaign || !follows(campaign)) return
  const latest = await newerThan(store, campaign)
  if (!latest) return
  const { minProvisionedTPS, campaignConfig } = campaign.document as Campaign
  await deploy(services, campaignArn, latest, { minProvisionedTPS, campaignConfig })
}

/** Returns the newest ACTIVE version of a campaign's solution, unless it is deployed already. */
async function newerThan(store: Store, { parent, reference }: Resource): Promise<Resource | undefined> {
  const latest = await latestActive(store, parent!)
  return latest?.arn === reference ? undefined : latest
}

function follows({ document }: Resource): boolean {
  return (document as Campaign).campaignConfig?.syncWithLatestSolutionVersion === true
}
