import type { CallOperation, Get } from '../client.ts'
import { ended } from './steps.ts'

/** The ARNs of solution versions or campaigns, by their names. */
interface Served {
  readonly forYou: string
  readonly goesWith: string
}

const RECIPES = { forYou: 'aws-user-personalization-v2', goesWith: 'aws-similar-items' } as const

/** Trains a solution of each recipe on the dataset group. Returns the ARNs of the solution versions. */
export async function trainAll(call: CallOperation, get: Get, datasetGroupArn: string): Promise<Served> {
  const start = async (name: string, recipe: string) => {
    const recipeArn = `arn:aws:personalize:::recipe/${recipe}`
    const solution = { name, datasetGroupArn, recipeArn, performAutoTraining: false }
    const { solutionArn } = await call('CreateSolution', solution)
    return (await call('CreateSolutionVersion', { solutionArn: solutionArn! })).solutionVersionArn!
  }
  const versions = {
    forYou: await start('for-you', RECIPES.forYou),
    goesWith: await start('goes-with', RECIPES.goesWith),
  }
  await ended(get, Object.values(versions))
  return versions
}

/**
 * Creates a campaign for each solution version, which returns titles with the ids. Returns the ARNs of the campaigns.
 */
export async function deployAll(call: CallOperation, { forYou, goesWith }: Served): Promise<Served> {
  const deploy = async (name: string, solutionVersionArn: string) => {
    const campaignConfig = { enableMetadataWithRecommendations: true }
    return (await call('CreateCampaign', { name, solutionVersionArn, campaignConfig })).campaignArn!
  }
  return { forYou: await deploy('for-you', forYou), goesWith: await deploy('goes-with', goesWith) }
}
