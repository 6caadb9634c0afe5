import { LimitExceededException } from '../../contract/errors.ts'
import type { Resource } from '../../store/resource-store.ts'
import { exclusiveOperation, type Services } from '../operation.ts'
import { ACTIVE_RESOURCES } from '../shared/quotas.ts'
import { createResource } from '../shared/resources.ts'
import { assertFollows, checkCampaignConfig, findDeployable } from './deployed.ts'

/**
 * Creates a campaign that serves a solution version. It is ACTIVE at once, with the model in memory.
 * https://docs.aws.amazon.com/personalize/latest/dg/API_CreateCampaign.html
 */
export const createCampaign = exclusiveOperation('CreateCampaign', async (services, input) => {
  const { store, serving, arns } = services
  const { name, minProvisionedTPS = 1, campaignConfig = {}, tags } = input
  const version = await findDeployable(store, input.solutionVersionArn)
  checkCampaignConfig(campaignConfig, version)
  assertFollows(campaignConfig, input.solutionVersionArn)
  await assertRoom(services, version)
  const arn = arns.of(`campaign/${name}`)
  const document = { name, solutionVersionArn: version.arn, minProvisionedTPS, campaignConfig }
  const [parent, reference] = [version.parent, version.arn]
  await serving.warm(version)
  await createResource(store, { kind: 'campaign', arn, parent, reference, status: 'ACTIVE', document, tags })
  return { campaignArn: arn }
})

/** @throws LimitExceededException in the service's words (error-messages.md) */
async function assertRoom({ store, quotas }: Services, { document }: Resource): Promise<void> {
  if (quotas.campaigns === Infinity) return
  const existing = { kind: 'campaign', datasetGroup: document.datasetGroupArn as string }
  if ((await store.resources.count(existing, quotas.campaigns)) < quotas.campaigns) return
  throw new LimitExceededException(
    `Cannot create a campaign. More than ${quotas.campaigns} resources ${ACTIVE_RESOURCES}.`,
  )
}
