import type { CampaignSummary } from '../../contract/generated/types.ts'
import { operation } from '../operation.ts'
import { listPage, present } from '../resources.ts'

/** The campaigns of a solution, or all. */
export const listCampaigns = operation('ListCampaigns', async ({ store }, { solutionArn, ...page }) => {
  const { resources, nextToken } = await listPage(store, { kind: 'campaign', parent: solutionArn }, page)
  return {
    campaigns: resources.map(campaign => present<CampaignSummary>('CampaignSummary', campaign, 'campaignArn')),
    nextToken,
  }
})
