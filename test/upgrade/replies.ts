import assert from 'node:assert/strict'
import {
  CreateEventTrackerCommand,
  CreateFilterCommand,
  DescribeCampaignCommand,
  DescribeDatasetCommand,
  DescribeSolutionVersionCommand,
  GetSolutionMetricsCommand,
  ListCampaignsCommand,
  ListDatasetImportJobsCommand,
  ListEventTrackersCommand,
  ListFiltersCommand,
  ListSolutionsCommand,
  ListTagsForResourceCommand,
  TagResourceCommand,
} from '@aws-sdk/client-personalize'
import { PutEventsCommand, PutItemsCommand, PutUsersCommand } from '@aws-sdk/client-personalize-events'
import { GetRecommendationsCommand, type PredictedItem } from '@aws-sdk/client-personalize-runtime'
import { inspect } from '#test/http.ts'
import { createMarket, deploy, type Market } from '#test/market.ts'
import type { TestServer } from '#test/server.ts'

/** The resources of a server whose replies are compared. */
export interface Filled {
  readonly market: Market
  readonly campaigns: readonly [personalized: string, related: string, popular: string]
  readonly filterArn: string
}

/** Fills a server with data of every kind, imported and put, and with trained campaigns. */
export async function fill(server: TestServer): Promise<Filled> {
  const { personalize, events } = server
  const market = await createMarket(server)
  const { datasetGroupArn } = market
  const campaigns = [
    await deploy(server, datasetGroupArn, 'aws-user-personalization-v2'),
    await deploy(server, datasetGroupArn, 'aws-similar-items'),
    await deploy(server, datasetGroupArn, 'aws-popularity-count'),
  ] as const
  const filterExpression = 'EXCLUDE ItemID WHERE Items.PRICE > 10'
  const filter = new CreateFilterCommand({ name: 'cheap', datasetGroupArn, filterExpression })
  const { filterArn } = await personalize.send(filter)
  const tags = [{ tagKey: 'team', tagValue: 'shop' }]
  await personalize.send(new TagResourceCommand({ resourceArn: datasetGroupArn, tags }))
  const tracker = new CreateEventTrackerCommand({ name: 'tracker', datasetGroupArn })
  const { trackingId } = await personalize.send(tracker)
  const users = [
    { userId: 'Member-1', properties: '{"age": 44, "membershipType": "Guest"}' },
    { userId: 'put', properties: '{"age": 33}' },
  ]
  await events.send(new PutUsersCommand({ datasetArn: market.users, users }))
  // Not a new one: each version may try those out by chances of its own.
  const items = [{ itemId: 'drama-29', properties: '{"genres": "drama", "price": 3}' }]
  await events.send(new PutItemsCommand({ datasetArn: market.items, items }))
  const eventList = [0, 1, 2].map(n => ({
    eventId: `event-${n}`,
    eventType: 'watch',
    itemId: `comedy-${n}`,
    sentAt: new Date(1_700_000_000_000 + 1000 * n),
  }))
  for (const userId of [undefined, 'put'])
    await events.send(new PutEventsCommand({ trackingId: trackingId!, userId, sessionId: 'session', eventList }))
  return { market, campaigns, filterArn: filterArn! }
}

type Replies = Record<string, unknown>

/** The replies to questions about all of it, under the name of each question. */
export async function repliesOf(server: TestServer, { market, campaigns, filterArn }: Filled): Promise<Replies> {
  return {
    ...(await recommendations(server, campaigns, filterArn)),
    ...(await resources(server, market, campaigns)),
    ...(await rows(server, market)),
  }
}

/** Fails where a reply is another than before. Versions may differ by one in the seventh decimal of a score. */
export function assertSame(now: unknown, before: unknown, name: string): void {
  const itemsOf = (reply: unknown) => (reply as { itemList?: PredictedItem[] }).itemList ?? []
  const alike = (reply: unknown) => ({
    ...(reply as object),
    itemList: itemsOf(reply).map(item => ({ ...item, score: typeof item.score })),
  })
  assert.deepEqual(alike(now), alike(before), name)
  const scores = itemsOf(before).map(({ score = 0 }) => score)
  for (const [at, { score = 0 }] of itemsOf(now).entries())
    assert.ok(Math.abs(score - scores[at]!) < 1.5e-7, `${name}: ${score} at ${at}, ${scores[at]} before`)
}

/** A reply without the members that differ each time. */
async function lasting(reply: Promise<object>): Promise<object> {
  const { $metadata: _, recommendationId: __, ...rest } = (await reply) as Record<string, unknown>
  return rest
}

async function recommendations({ runtime }: TestServer, campaigns: Filled['campaigns'], filterArn: string) {
  const replies: Replies = {}
  const [personalized, related, popular] = campaigns
  const users = ['Member-1', 'Guest-7', 'put']
  // Each version may tell users without events in its own way what became popular since the training.
  const asking = [
    ['personalized', personalized, users],
    ['popular', popular, [...users, 'a stranger']],
  ] as const
  for (const [name, campaignArn, userIds] of asking)
    for (const userId of userIds)
      for (const filter of [undefined, filterArn]) {
        const asked = new GetRecommendationsCommand({ campaignArn, userId, filterArn: filter })
        replies[`${name} of ${userId}${filter ? ', filtered' : ''}`] = await lasting(runtime.send(asked))
      }
  const ofItem = new GetRecommendationsCommand({ campaignArn: related, itemId: 'drama-3' })
  replies['related items'] = await lasting(runtime.send(ofItem))
  return replies
}

async function resources(
  { personalize }: TestServer,
  { datasetGroupArn, ...datasets }: Market,
  campaigns: Filled['campaigns'],
) {
  const replies: Replies = {
    filters: await lasting(personalize.send(new ListFiltersCommand({ datasetGroupArn }))),
    trackers: await lasting(personalize.send(new ListEventTrackersCommand({ datasetGroupArn }))),
    solutions: await lasting(personalize.send(new ListSolutionsCommand({ datasetGroupArn }))),
    imports: await lasting(personalize.send(new ListDatasetImportJobsCommand({}))),
    campaigns: await lasting(personalize.send(new ListCampaignsCommand({}))),
    tags: await lasting(personalize.send(new ListTagsForResourceCommand({ resourceArn: datasetGroupArn }))),
  }
  for (const datasetArn of Object.values(datasets))
    replies[`description of ${datasetArn}`] = await lasting(
      personalize.send(new DescribeDatasetCommand({ datasetArn })),
    )
  for (const campaignArn of campaigns) {
    const { campaign } = await personalize.send(new DescribeCampaignCommand({ campaignArn }))
    const { solutionVersionArn } = campaign!
    const describe = new DescribeSolutionVersionCommand({ solutionVersionArn })
    const metrics = new GetSolutionMetricsCommand({ solutionVersionArn })
    replies[campaignArn] = campaign
    replies[`version of ${campaignArn}`] = await lasting(personalize.send(describe))
    replies[`metrics of ${campaignArn}`] = await lasting(personalize.send(metrics))
  }
  return replies
}

async function rows(server: TestServer, { datasetGroupArn: _, ...datasets }: Market) {
  const replies: Replies = {}
  for (const datasetArn of Object.values(datasets))
    for (const path of ['/inspect/count', '/inspect/latest'])
      replies[`${path} of ${datasetArn}`] = await inspect(server, path, { datasetArn })
  for (const userId of ['Member-1', 'Guest-7', 'put', 'session'])
    replies[`history of ${userId}`] = await inspect(server, '/inspect/history', {
      datasetArn: datasets.interactions,
      userId,
    })
  for (const id of ['Member-1', 'Guest-7', 'put'])
    replies[`user ${id}`] = await inspect(server, '/inspect/records', { datasetArn: datasets.users, id })
  return replies
}
