import { markOf } from '../../attribution/sources.ts'
import { InvalidInputException } from '../../contract/errors.ts'
import type { CampaignConfig } from '../../contract/generated/types.ts'
import type { OperationName } from '../../contract/shapes.ts'
import { recommenderOf } from '../../recommender/request/recommender-of.ts'
import type { Recommender } from '../../recommender/request/request.ts'
import type { Resource } from '../../store/resource-store.ts'
import type { Store } from '../../store/store.ts'
import type { Services } from '../operation.ts'
import { findResource } from '../shared/resources.ts'
import { findKnown } from './known.ts'

/** The campaign or recommender that answers a request, and whether it may return metadata of items. */
export interface Target extends Recommender {
  readonly arn: string
  /** The number of its resource, which no other ever has. */
  readonly id: number
  /** The end of its recommendation ids: `markOf`. */
  readonly mark: string
  readonly hasMetadata: boolean
}

/**
 * Returns the campaign of a request, with the solution version that answers for it on this server.
 * @param operation the operation that its recipe must be for; any by default
 * @throws InvalidInputException where it is not there, or where its recipe is for another operation
 */
export async function findCampaign(
  { store, serving }: Pick<Services, 'store' | 'serving'>,
  arn: string,
  operation?: OperationName,
): Promise<Target> {
  const campaign = await findServing(store, 'campaign', arn)
  const version = await findResource({ resources: store.known }, 'solution-version', campaign.reference!)
  const { campaignConfig = {} } = campaign.document as { campaignConfig?: CampaignConfig }
  return targetOf(campaign, serving.answering(arn, version), campaignConfig, operation)
}

/**
 * Returns the recommender of a request.
 * @throws InvalidInputException where it is not there, has no model yet or is stopped
 */
async function findRecommender(store: Store, arn: string): Promise<Target> {
  const found = await findServing(store, 'recommender', arn)
  if (!found.document.trainedAt || !/^(ACTIVE|UPDATE )/.test(found.status))
    throw new InvalidInputException(notServing(arn, `: it is ${found.status}`))
  const { recommenderConfig = {} } = found.document as { recommenderConfig?: CampaignConfig }
  return targetOf(found, found, recommenderConfig, 'GetRecommendations')
}

/** In the service's words, as recorded of a campaign. */
function notServing(arn: string, why = '.'): string {
  return `${arn} does not exist or is not active yet${why}`
}

function findServing(store: Store, kind: 'campaign' | 'recommender', arn: string): Promise<Resource> {
  return findKnown(store, kind, arn, message => notServing(arn, message.split(arn)[1] || '.'))
}

/**
 * The campaign or recommender of a request.
 * @throws InvalidInputException where both are given, or none; or where the one that is given is not there or does not
 *   serve
 */
export async function findTarget(
  services: Pick<Services, 'store' | 'serving'>,
  {
    campaignArn,
    recommenderArn,
  }: { readonly campaignArn?: string | undefined; readonly recommenderArn?: string | undefined },
  operation?: OperationName,
): Promise<Target> {
  if (campaignArn && recommenderArn)
    throw new InvalidInputException('campaignArn and recommenderArn are both given: only one of them can be')
  if (campaignArn) return findCampaign(services, campaignArn, operation)
  if (recommenderArn) return findRecommender(services.store, recommenderArn)
  throw new InvalidInputException('campaignArn or recommenderArn is missing')
}

/** By what is asked: the same object until it changes, with what answers for it and how. */
const targets = new WeakMap<Resource, Target>()

/** @throws InvalidInputException where the recipe is for another operation */
function targetOf(asked: Resource, owner: Resource, config: CampaignConfig, operation?: OperationName): Target {
  let target = targets.get(asked)
  if (target?.owner !== owner) {
    const recommender = recommenderOf(owner, config)
    const hasMetadata = config.enableMetadataWithRecommendations ?? recommender.recipe.hasMetadata ?? false
    target = { arn: asked.arn, id: asked.id, mark: markOf(asked.arn), ...recommender, hasMetadata }
    targets.set(asked, target)
  }
  const { name, request } = target.recipe
  if (operation && request.operation !== operation)
    throw new InvalidInputException(`${asked.arn} is of the recipe ${name}: call ${request.operation} instead`)
  return target
}
