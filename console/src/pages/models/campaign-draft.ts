import type {
  Campaign,
  CampaignConfig,
  CreateCampaignCommandInput,
  UpdateCampaignCommandInput,
} from '@aws-sdk/client-personalize'
import type { Recipe } from '../../../../src/recipes/recipe.ts'

/** The settings of a campaign, as they are typed. */
export interface CampaignDraft {
  readonly name: string
  readonly versionArn: string
  /** Whether each new version answers at once. */
  readonly follows: boolean
  readonly explores: Readonly<Record<string, string>>
}

/** The settings that a campaign has, or those of a new one. */
export function draftOf(campaign: Campaign | undefined, versionArn = ''): CampaignDraft {
  const { itemExplorationConfig: explores = {}, syncWithLatestSolutionVersion } = campaign?.campaignConfig ?? {}
  return {
    name: campaign?.name ?? '',
    versionArn: campaign?.solutionVersionArn ?? versionArn,
    follows: syncWithLatestSolutionVersion ?? false,
    explores,
  }
}

interface Known {
  readonly campaign: Campaign | undefined
  readonly solutionArn: string | undefined
  readonly versionArn: string | undefined
  readonly recipe: Recipe | undefined
}

/**
 * The call that creates a campaign or changes one. Settings that this form does not show stay as they are: a config
 * replaces the one before whole.
 */
export function campaignInput(
  { name, follows, explores }: CampaignDraft,
  { campaign, solutionArn, versionArn, recipe }: Known,
): CreateCampaignCommandInput | UpdateCampaignCommandInput {
  const { itemExplorationConfig: _, syncWithLatestSolutionVersion: __, ...others } = campaign?.campaignConfig ?? {}
  const given = Object.entries(explores).filter(([, value]) => value !== '')
  const campaignConfig: CampaignConfig = {
    ...others,
    ...(recipe?.parameters.itemExplorationConfig &&
      given.length > 0 && { itemExplorationConfig: Object.fromEntries(given) }),
    ...(follows && { syncWithLatestSolutionVersion: true }),
  }
  const hasConfig = campaign?.campaignConfig !== undefined || Object.keys(campaignConfig).length > 0
  return {
    ...(campaign ? { campaignArn: campaign.campaignArn! } : { name }),
    solutionVersionArn: follows ? `${solutionArn}/$LATEST` : versionArn,
    ...(hasConfig && { campaignConfig }),
  } as CreateCampaignCommandInput | UpdateCampaignCommandInput
}
