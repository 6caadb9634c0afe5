import type { Call, Get } from '../client.ts'
import { ended } from './steps.ts'

/** The campaigns, by what they are for: their recipes. */
export const RECIPES = { 'for-you': 'aws-user-personalization-v2', 'goes-with': 'aws-similar-items' } as const

export type Purpose = keyof typeof RECIPES

/** Trains each recipe on what is in the dataset group. Gives the ARNs of the solution versions. */
export async function trainAll(call: Call, get: Get, datasetGroupArn: string): Promise<Record<Purpose, string>> {
  const versions = await Promise.all([start('for-you'), start('goes-with')])
  await ended(get, versions)
  return { 'for-you': versions[0], 'goes-with': versions[1] }

  async function start(name: Purpose): Promise<string> {
    const recipeArn = `arn:aws:personalize:::recipe/${RECIPES[name]}`
    const solution = { name, datasetGroupArn, recipeArn, performAutoTraining: false }
    const { solutionArn } = await call('CreateSolution', solution)
    return (await call('CreateSolutionVersion', { solutionArn: solutionArn! })).solutionVersionArn!
  }
}

/** A campaign for each solution version. Gives their ARNs. */
export async function deployAll(call: Call, versions: Record<Purpose, string>): Promise<Record<Purpose, string>> {
  const deploy = async (name: Purpose) => {
    const campaignConfig = { enableMetadataWithRecommendations: true }
    return (await call('CreateCampaign', { name, solutionVersionArn: versions[name], campaignConfig })).campaignArn!
  }
  return { 'for-you': await deploy('for-you'), 'goes-with': await deploy('goes-with') }
}
