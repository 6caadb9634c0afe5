import type { Campaign } from '../../contract/generated/types.ts'
import { operation } from '../operation.ts'
import { findResource, present } from '../shared/resources.ts'

/** https://docs.aws.amazon.com/personalize/latest/dg/API_DescribeCampaign.html */
export const describeCampaign = operation('DescribeCampaign', async ({ store }, { campaignArn }) => ({
  campaign: present<Campaign>('Campaign', await findResource(store, 'campaign', campaignArn), 'campaignArn'),
}))
