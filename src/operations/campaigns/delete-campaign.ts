import { exclusiveOperation } from '../operation.ts'
import { removeResource } from '../shared/resources.ts'

/** Deletes a campaign. The solution version that it served stays. */
export const deleteCampaign = exclusiveOperation('DeleteCampaign', async ({ store }, { campaignArn }) => {
  await removeResource(store, 'campaign', campaignArn)
  return {}
})
