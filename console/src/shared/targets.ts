import {
  DescribeSolutionCommand,
  paginateListCampaigns,
  paginateListRecommenders,
  paginateListSolutions,
  type SolutionSummary,
} from '@aws-sdk/client-personalize'
import type { UseQueryResult } from '@tanstack/react-query'
import type { Recipe } from '../../../src/recipes/recipe.ts'
import { recipes } from '../../../src/recipes/recipes.ts'
import type { Api } from '../session/api.ts'
import type { DatasetGroup } from './dataset-groups.ts'
import { useRead } from './queries.ts'

/** A campaign or a recommender, which answers requests. */
export interface Target {
  readonly kind: 'campaign' | 'recommender'
  readonly arn: string
  readonly name: string
  readonly status: string
  readonly recipe: Recipe
}

/** Reads the campaigns and the recommenders of a group, in the order of their names. */
export function useTargets(group: DatasetGroup | undefined): UseQueryResult<readonly Target[]> {
  return useRead(['targets', group?.datasetGroupArn], api => targetsOf(api, group!.datasetGroupArn), {
    enabled: group !== undefined,
  })
}

/** The one that is shown at first: recommendations to a user, where there are any. Undefined where there is none. */
export function usualOf(targets: readonly Target[]): Target | undefined {
  const isToUser = ({ recipe: { request } }: Target) =>
    request.operation === 'GetRecommendations' && request.userId === 'required' && request.itemId === 'unused'
  return targets.find(isToUser) ?? targets[0]
}

async function targetsOf(api: Api, datasetGroupArn: string): Promise<readonly Target[]> {
  const [campaigns, recommenders] = await Promise.all([
    campaignsOf(api, datasetGroupArn),
    recommendersOf(api, datasetGroupArn),
  ])
  return [...campaigns, ...recommenders].sort((a, b) => a.name.localeCompare(b.name))
}

async function campaignsOf(api: Api, datasetGroupArn: string): Promise<readonly Target[]> {
  const client = api.personalize
  const pages = await Array.fromAsync(paginateListSolutions({ client }, { datasetGroupArn }))
  const solutions = pages.flatMap(page => page.solutions ?? [])
  const ofSolutions = solutions.map(async solution => {
    const pages = await Array.fromAsync(paginateListCampaigns({ client }, { solutionArn: solution.solutionArn }))
    const campaigns = pages.flatMap(page => page.campaigns ?? [])
    const recipe = campaigns.length > 0 ? recipeOf(await recipeArnOf(api, solution)) : undefined
    if (!recipe) return []
    return campaigns.map(({ campaignArn, name, status }): Target => {
      return { kind: 'campaign', arn: campaignArn!, name: name!, status: status!, recipe }
    })
  })
  return (await Promise.all(ofSolutions)).flat()
}

/** A solution of AutoML names no recipe. */
async function recipeArnOf(api: Api, { solutionArn, recipeArn }: SolutionSummary): Promise<string | undefined> {
  if (recipeArn) return recipeArn
  const { solution } = await api.personalize.send(new DescribeSolutionCommand({ solutionArn }))
  return solution?.recipeArn ?? solution?.autoMLResult?.bestRecipeArn
}

async function recommendersOf(api: Api, datasetGroupArn: string): Promise<readonly Target[]> {
  const pages = await Array.fromAsync(paginateListRecommenders({ client: api.personalize }, { datasetGroupArn }))
  return pages
    .flatMap(page => page.recommenders ?? [])
    .flatMap(({ recommenderArn, name, status, recipeArn }): readonly Target[] => {
      const recipe = recipeOf(recipeArn)
      return recipe ? [{ kind: 'recommender', arn: recommenderArn!, name: name!, status: status!, recipe }] : []
    })
}

const recipeOf = (arn: string | undefined) => recipes.find(({ recipeArn }) => recipeArn === arn)
