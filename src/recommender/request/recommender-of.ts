import type { CampaignConfig } from '../../contract/generated/types.ts'
import { checkHyperParameters } from '../../recipes/check-hyper-parameters.ts'
import { recipe } from '../../recipes/recipes.ts'
import type { Resource } from '../../store/resource-store.ts'
import { planOf } from '../training/plan.ts'
import type { Recommender } from './request.ts'

/** Settings that may change after a model was trained: of a campaign, a recommender or a batch inference job. */
export type CampaignSettings = Pick<CampaignConfig, 'itemExplorationConfig' | 'rankingInfluence'>

/** The recommender of a solution version's or a recommender's model. */
export function recommenderOf(
  owner: Resource,
  { itemExplorationConfig, rankingInfluence }: CampaignSettings,
): Recommender {
  const { recipeArn, datasetGroupArn } = owner.document as { recipeArn: string; datasetGroupArn: string }
  const served = recipe(recipeArn)
  return {
    recipe: served,
    datasetGroupArn,
    owner,
    exploration: served.explores ?? checkHyperParameters(served, itemExplorationConfig, 'itemExplorationConfig'),
    influence: rankingInfluence ?? {},
    objective: planOf(owner.document).objective,
  }
}
