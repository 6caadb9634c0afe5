import { InvalidInputException, ResourceNotFoundException } from '../../contract/errors.ts'
import type { CampaignConfig, CampaignUpdateSummary } from '../../contract/generated/types.ts'
import { checkHyperParameters } from '../../recipes/check-hyper-parameters.ts'
import { recipe } from '../../recipes/recipes.ts'
import type { Resource } from '../../store/resource-store.ts'
import type { Store } from '../../store/store.ts'
import type { Services } from '../operation.ts'
import { assertStatus, findResource, newestVersion } from '../shared/resources.ts'

/** The end of an ARN that stands for the newest version of a solution. */
export const LATEST = '/$LATEST'

/**
 * Returns the ACTIVE solution version that a campaign is to serve: that of the ARN, or the newest of
 * `SOLUTION/$LATEST`.
 * @throws ResourceNotFoundException, also for the ARN of a solution
 * @throws ResourceInUseException where the version is in training
 * @throws InvalidInputException where its training failed or was stopped
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

/** Returns the newest ACTIVE version of a solution. */
export function latestActive(store: Store, solutionArn: string): Promise<Resource | undefined> {
  return newestVersion(store, solutionArn, 'ACTIVE')
}

/**
 * Checks the settings of a campaign against the recipe of its solution version.
 * @throws InvalidInputException
 */
export function checkCampaignConfig(config: CampaignConfig | undefined, { document }: Resource): void {
  const served = recipe(document.recipeArn as string)
  if (served.recipeType === 'USER_SEGMENTATION') {
    throw new InvalidInputException(
      `solutionVersionArn: ${served.name} makes user segments: call CreateBatchSegmentJob, which needs no campaign`,
    )
  }
  checkHyperParameters(served, config?.itemExplorationConfig, 'itemExplorationConfig')
  checkHyperParameters(served, config?.rankingInfluence, 'rankingInfluence')
}

/**
 * Checks that a campaign which follows the newest version was given `SOLUTION/$LATEST`.
 * @param given the ARN in the request
 * @throws InvalidInputException
 */
export function assertFollows(config: CampaignConfig | undefined, given: string | undefined): void {
  if (!config?.syncWithLatestSolutionVersion || given?.endsWith(LATEST)) return
  throw new InvalidInputException(
    `solutionVersionArn must be SOLUTION_ARN${LATEST} where campaignConfig.syncWithLatestSolutionVersion is true`,
  )
}

/**
 * Makes a campaign serve a solution version with these settings. The version's model is loaded first, so that requests
 * need not wait for it.
 * @param asked the settings that the update gave: its record shows no others, as recorded of the service
 */
export async function deploy(
  { store, serving }: Pick<Services, 'store' | 'serving'>,
  campaignArn: string,
  version: Resource,
  settings: Settings,
  { minProvisionedTPS, campaignConfig }: Settings = {},
): Promise<void> {
  await serving.warm(version)
  const now = store.clock.now() / 1000
  const latestCampaignUpdate: CampaignUpdateSummary = {
    solutionVersionArn: version.arn,
    minProvisionedTPS,
    campaignConfig,
    status: 'ACTIVE',
    creationDateTime: now,
    lastUpdatedDateTime: now,
  }
  const document = { ...settings, solutionVersionArn: version.arn, latestCampaignUpdate }
  await store.resources.update(campaignArn, { reference: version.arn, document })
}

type Settings = Pick<CampaignUpdateSummary, 'minProvisionedTPS' | 'campaignConfig'>
