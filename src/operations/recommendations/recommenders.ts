import { markOf } from '../../attribution/sources.ts'
import { InvalidInputException } from '../../contract/errors.ts'
import type { CampaignConfig } from '../../contract/generated/types.ts'
import type { OperationName } from '../../contract/shapes.ts'
import { recommenderOf } from '../../recommender/request/recommender-of.ts'
import type { Recommender } from '../../recommender/request/request.ts'
import type { Resource, Store } from '../../store/store.ts'
import type { Services } from '../operation.ts'
import { findResource } from '../shared/resources.ts'

/** The campaign or recommender that answers a request, and whether it may return metadata of items. */
export interface Target extends Recommender {
  readonly arn: string
  /** The end of its recommendation ids: `markOf`. */
  readonly mark: string
  readonly hasMetadata: boolean
}

/**
 * Returns the campaign of a request, with the solution version that answers for it on this server.
 * @param operation the operation that its recipe must be for; any by default
 * @throws ResourceNotFoundException; InvalidInputException where its recipe is for another operation
 */
export async function findCampaign(
  { store, serving }: Pick<Services, 'store' | 'serving'>,
  arn: string,
  operation?: OperationName,
): Promise<Target> {
  const known = { resources: store.known }
  const campaign = await findResource(known, 'campaign', arn)
  const version = await findResource(known, 'solution-version', campaign.reference!)
  const { campaignConfig = {} } = campaign.document as { campaignConfig?: CampaignConfig }
  return targetOf(campaign, serving.answering(arn, version), campaignConfig, operation)
}

/**
 * Returns the recommender of a request.
 * @throws ResourceNotFoundException
 * @throws InvalidInputException where it has no model yet or is stopped; the operation declares no better exception
 */
async function findRecommender(store: Store, arn: string): Promise<Target> {
  const found = await findResource({ resources: store.known }, 'recommender', arn)
  if (!found.document.trainedAt || !/^(ACTIVE|UPDATE )/.test(found.status))
    throw new InvalidInputException(`The recommender ${arn} is ${found.status}, not ACTIVE`)
  const { recommenderConfig = {} } = found.document as { recommenderConfig?: CampaignConfig }
  return targetOf(found, found, recommenderConfig, 'GetRecommendations')
}

/**
 * The campaign or recommender of a request.
 * @throws InvalidInputException where both are given, or none; otherwise the exceptions of `findCampaign` and
 *   `findRecommender`
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
    target = { arn: asked.arn, mark: markOf(asked.arn), ...recommender, hasMetadata }
    targets.set(asked, target)
  }
  const { name, request } = target.recipe
  if (operation && request.operation !== operation)
    throw new InvalidInputException(`${asked.arn} is of the recipe ${name}: call ${request.operation} instead`)
  return target
}
