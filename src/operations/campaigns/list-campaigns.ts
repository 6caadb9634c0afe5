import type { CampaignSummary } from '../../contract/generated/types.ts'
import { operation } from '../operation.ts'
import { kindIn, listPage, present } from '../shared/resources.ts'

/**
 * Lists the campaigns of a solution, or all. AWS's samples also pass a solution version, which lists the campaigns that
 * serve it.
 */
export const listCampaigns = operation('ListCampaigns', async ({ store }, { solutionArn, ...page }) => {
  const isVersion = solutionArn !== undefined && kindIn(solutionArn) === 'solution-version'
  const those = isVersion ? { reference: solutionArn } : { parent: solutionArn }
  const { resources, nextToken } = await listPage(store, { kind: 'campaign', ...those }, page)
  return {
    campaigns: resources.map(campaign => present<CampaignSummary>('CampaignSummary', campaign, 'campaignArn')),
    nextToken,
  }
})
