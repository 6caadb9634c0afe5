import { InvalidInputException, ResourceNotFoundException } from '../../contract/errors.ts'
import type { CampaignConfig, CampaignUpdateSummary } from '../../contract/generated/types.ts'
import { checkHyperParameters } from '../../recipes/check-hyper-parameters.ts'
import { recipe } from '../../recipes/recipes.ts'
import type { Resource, Store } from '../../store/store.ts'
import type { Services } from '../operation.ts'
import { assertStatus, findResource, newestVersion } from '../shared/resources.ts'

const LATEST = '/$LATEST'

/**
 * The solution version that a campaign is to serve, which must be ACTIVE: that of the ARN, or the newest of
 * `SOLUTION/$LATEST`.
 * @throws ResourceNotFoundException, also for the ARN of a solution; ResourceInUseException where it is in training;
 *   InvalidInputException where its training failed or was stopped
 */
export async function findDeployable(store: Store, arn: string): Promise<Resource> {
  if (arn.endsWith(LATEST)) {
    const { arn: solutionArn } = await findResource(store, 'solution', arn.slice(0, -LATEST.length))
    const latest = await latestActive(store, solutionArn)
    if (latest) return latest
    throw new ResourceNotFoundException(
      `The given solution version does not exist: ${arn}: the solution has no ACTIVE version yet`,
    )
  }
  const found = await store.resources.get(arn)
  if (found?.kind === 'solution') {
    const right = `that is a solution; give the ARN of one of its versions, or ${arn}${LATEST} for the newest`
    throw new ResourceNotFoundException(`The given solution version does not exist: ${arn}: ${right}`)
  }
  const version = await findResource(store, 'solution-version', arn)
  assertStatus(version, 'ACTIVE')
  return version
}

/** The newest version of a solution that is ACTIVE. */
export function latestActive(store: Store, solutionArn: string): Promise<Resource | undefined> {
  return newestVersion(store, solutionArn, 'ACTIVE')
}

/**
 * Holds the settings of a campaign to the recipe of what it serves.
 * @throws InvalidInputException
 */
export function checkCampaignConfig(config: CampaignConfig | undefined, { document }: Resource): void {
  const served = recipe(document.recipeArn as string)
  if (served.recipeType === 'USER_SEGMENTATION') {
    throw new InvalidInputException(
      `solutionVersionArn: ${served.name} makes user segments, which CreateBatchSegmentJob gives without a campaign`,
    )
  }
  checkHyperParameters(served, config?.itemExplorationConfig, 'itemExplorationConfig')
  checkHyperParameters(served, config?.rankingInfluence, 'rankingInfluence')
}

/**
 * A campaign that is to follow the newest version must be given that.
 * @param given the ARN as the request has it
 * @throws InvalidInputException
 */
export function assertFollows(config: CampaignConfig | undefined, given: string | undefined): void {
  if (!config?.syncWithLatestSolutionVersion || given?.endsWith(LATEST)) return
  throw new InvalidInputException(
    `solutionVersionArn must be SOLUTION_ARN${LATEST} where campaignConfig.syncWithLatestSolutionVersion is true`,
  )
}

/**
 * Makes a campaign serve a solution version by these settings, and keeps that as its latest update. The version's model
 * is loaded before, so that requests need not wait for it.
 */
export async function deploy(
  { store, serving }: Pick<Services, 'store' | 'serving'>,
  campaignArn: string,
  version: Resource,
  settings: Settings,
): Promise<void> {
  await serving.warm(version)
  const changed = { ...settings, solutionVersionArn: version.arn }
  const now = Date.now() / 1000
  const latestCampaignUpdate: CampaignUpdateSummary = {
    ...changed,
    status: 'ACTIVE',
    creationDateTime: now,
    lastUpdatedDateTime: now,
  }
  const document = { ...changed, latestCampaignUpdate }
  await store.resources.update(campaignArn, { reference: version.arn, document })
}

type Settings = Pick<CampaignUpdateSummary, 'minProvisionedTPS' | 'campaignConfig'>
