import {
  type CampaignConfig,
  CreateCampaignCommand,
  CreateSolutionCommand,
  type CreateSolutionCommandInput,
  CreateSolutionVersionCommand,
  DescribeSolutionVersionCommand,
  type SolutionVersion,
} from '@aws-sdk/client-personalize'
import { createRandom } from '../../src/engine/math/random.ts'
import { assertActive, finished, importFrom, putFile } from './jobs.ts'
import { createDataset, type TestServer } from './server.ts'

/** Two tastes: members of the club like dramas, guests like comedies; nobody likes both. */
export const TASTES = [
  { membership: 'Member', genre: 'drama' },
  { membership: 'Guest', genre: 'comedy' },
] as const
export const ITEMS_EACH = 30
export const USERS_EACH = 60
const EVENTS_EACH = 12

/** The taste of an item: `drama` of `drama-7`. */
export const tasteOf = (itemId: string) => itemId.split('-')[0]!

export interface Market {
  readonly datasetGroupArn: string
  readonly users: string
  readonly items: string
  readonly interactions: string
}

/**
 * Creates a dataset group with users, items and events, imported from CSV. Users are `Member-0` and so on. Items are
 * `drama-0` and so on, the most popular first. There are 1440 events of the type `watch`, from the second 1,000,000 on.
 */
export async function createMarket(server: TestServer, group = 'market'): Promise<Market> {
  const random = createRandom(7)
  const lines = { users: ['USER_ID,AGE,MEMBERSHIP_TYPE,LOYALTY_NUMBER'], items: ['ITEM_ID,GENRES,PRICE'] }
  const events = ['USER_ID,ITEM_ID,EVENT_TYPE,TIMESTAMP,DEVICE']
  for (const { membership, genre } of TASTES) {
    for (let item = 0; item < ITEMS_EACH; item++) lines.items.push(`${genre}-${item},${genre},${item + 1}`)
    for (let user = 0; user < USERS_EACH; user++) {
      lines.users.push(`${membership}-${user},${20 + (user % 40)},${membership},`)
      for (let event = 0; event < EVENTS_EACH; event++) {
        const item = Math.floor(ITEMS_EACH * random() ** 2)
        events.push(`${membership}-${user},${genre}-${item},watch,${1_000_000 + 100 * event + user},phone`)
      }
    }
  }
  return importMarket(server, group, { ...lines, events })
}

/** Creates a dataset group, and imports these lines of CSV with headers. @param fields the fields of the items */
export async function importMarket(
  server: TestServer,
  group: string,
  lines: Readonly<Record<'users' | 'items' | 'events', readonly string[]>>,
  fields?: readonly object[],
): Promise<Market> {
  const users = await createDataset(server, 'Users', { group })
  const items = await createDataset(server, 'Items', { group, ...(fields && { fields }) })
  const interactions = await createDataset(server, 'Interactions', { group })
  const jobs = { users, items, events: interactions } as const
  for (const name of ['users', 'items', 'events'] as const) {
    const dataLocation = await putFile(server, `${group}/${name}.csv`, lines[name].join('\n'))
    assertActive(await importFrom(server, jobs[name].datasetArn, dataLocation))
  }
  const { datasetGroupArn } = users
  return { datasetGroupArn, users: users.datasetArn, items: items.datasetArn, interactions: interactions.datasetArn }
}

/** Creates a solution and trains it. Returns the version when training has ended, in any status. */
export async function train(
  { personalize }: Pick<TestServer, 'personalize'>,
  datasetGroupArn: string,
  recipe: string,
  more: Partial<CreateSolutionCommandInput> = {},
): Promise<SolutionVersion> {
  const recipeArn = `arn:aws:personalize:::recipe/${recipe}`
  const solution = { name: `${recipe}-${++count}`, datasetGroupArn, recipeArn, performAutoTraining: false, ...more }
  const { solutionArn } = await personalize.send(new CreateSolutionCommand(solution))
  const { solutionVersionArn } = await personalize.send(new CreateSolutionVersionCommand({ solutionArn }))
  const command = new DescribeSolutionVersionCommand({ solutionVersionArn })
  return finished(async () => (await personalize.send(command)).solutionVersion)
}

let count = 0

/** Trains a recipe and creates a campaign of it. Returns the campaign's ARN. */
export async function deploy(
  server: Pick<TestServer, 'personalize'>,
  datasetGroupArn: string,
  recipe: string,
  { campaignConfig, ...solution }: Partial<CreateSolutionCommandInput> & { campaignConfig?: CampaignConfig } = {},
): Promise<string> {
  const version = await train(server, datasetGroupArn, recipe, solution)
  if (version.status !== 'ACTIVE') throw new Error(`${version.status}: ${version.failureReason}`)
  return campaignOf(server, version.solutionVersionArn!, campaignConfig)
}

/** Creates a campaign of a trained version. Returns its ARN. */
export async function campaignOf(
  { personalize }: Pick<TestServer, 'personalize'>,
  solutionVersionArn: string,
  campaignConfig?: CampaignConfig,
): Promise<string> {
  const campaign = { name: `campaign-${++count}`, solutionVersionArn, campaignConfig }
  return (await personalize.send(new CreateCampaignCommand(campaign))).campaignArn!
}
