import assert from 'node:assert/strict'
import {
  CreateDataDeletionJobCommand,
  CreateDatasetCommand,
  CreateDatasetGroupCommand,
  CreateEventTrackerCommand,
  CreateRecommenderCommand,
  CreateSchemaCommand,
  DescribeDataDeletionJobCommand,
  DescribeRecommenderCommand,
  type Domain,
} from '@aws-sdk/client-personalize'
import { type Event, PutEventsCommand } from '@aws-sdk/client-personalize-events'
import {
  GetPersonalizedRankingCommand,
  GetRecommendationsCommand,
  type PredictedItem,
} from '@aws-sdk/client-personalize-runtime'
import { assertActive, finished, importFrom, putFile, ROLE } from '#test/jobs.ts'
import { deploy } from '#test/market.ts'
import type { TestServer } from '#test/server.ts'

const NAMESPACE = 'com.amazonaws.personalize.schema'

export const text = (name: string) => ({ name, type: 'string' })
export const category = (name: string) => ({ name, type: ['null', 'string'], categorical: true })
export const long = (name: string) => ({ name, type: 'long' })

/** The fields of a schema, and a line of CSV for each record. */
interface WorldDataset {
  readonly fields: readonly { readonly name: string; readonly type?: unknown }[]
  readonly lines: readonly string[]
}

/** Generated data whose right recommendations are known. */
export interface World {
  readonly domain?: Domain
  readonly Users?: WorldDataset | undefined
  readonly Items?: WorldDataset | undefined
  readonly Interactions: WorldDataset
}

/** USER_ID, ITEM_ID, EVENT_TYPE, TIMESTAMP. */
export const EVENT_FIELDS = [text('USER_ID'), text('ITEM_ID'), text('EVENT_TYPE'), long('TIMESTAMP')]

/** Creates a dataset group with the data of a world. Returns its ARN. */
export async function createWorld(server: TestServer, name: string, world: World): Promise<string> {
  const { domain } = world
  const { personalize } = server
  const { datasetGroupArn } = await personalize.send(new CreateDatasetGroupCommand({ name, domain }))
  for (const datasetType of ['Users', 'Items', 'Interactions'] as const) {
    const dataset = world[datasetType]
    if (!dataset) continue
    await addDataset(server, datasetGroupArn!, datasetType, name, dataset, domain)
  }
  return datasetGroupArn!
}

/** The members of a request. */
interface Question {
  readonly userId: string
  readonly itemId?: string
  readonly context?: Record<string, string>
}

/** Creates a dataset of a group, and imports its lines. `name` is a part of the names of its schema and file. */
export async function addDataset(
  server: TestServer,
  datasetGroupArn: string,
  datasetType: 'Users' | 'Items' | 'Interactions',
  name: string,
  { fields, lines }: WorldDataset,
  domain?: Domain,
): Promise<void> {
  const { personalize } = server
  const schema = JSON.stringify({ type: 'record', name: datasetType, namespace: NAMESPACE, fields, version: '1.0' })
  const own = `${name}-${datasetType}`
  const { schemaArn } = await personalize.send(new CreateSchemaCommand({ name: own, schema, domain }))
  const created = new CreateDatasetCommand({ name: own, datasetType, datasetGroupArn, schemaArn })
  const { datasetArn } = await personalize.send(created)
  const csv = [fields.map(field => field.name).join(','), ...lines].join('\n')
  assertActive(await importFrom(server, datasetArn!, await putFile(server, `${own}.csv`, csv)))
}

/** A trained recipe that returns recommendations, as a campaign or, for a domain, as a recommender. */
export interface Trained {
  readonly arn: string
  /** The metrics that the service reports. */
  readonly metrics: Readonly<Record<string, number>>
  /** The recommendations with their scores and reasons. */
  items(asked: Question, numResults?: number): Promise<PredictedItem[]>
  list(asked: Question, numResults?: number): Promise<string[]>
  rank(userId: string, inputList: readonly string[], context?: Record<string, string>): Promise<string[]>
}

/** Trains a recipe on a group, and waits until it serves recommendations. */
export async function trainRecipe(
  server: TestServer,
  datasetGroupArn: string,
  recipe: string,
  settings: Parameters<typeof deploy>[3] = {},
): Promise<Trained> {
  const isUseCase = /aws-(ecomm|vod)-/.test(recipe)
  const { arn, metrics } = isUseCase
    ? await createRecommender(server, datasetGroupArn, recipe)
    : { arn: await deploy(server, datasetGroupArn, recipe, settings), metrics: {} }
  return trainedAt(server, arn, metrics)
}

/** A trained recipe on a server, by the ARN of its campaign or recommender. */
export function trainedAt(
  { runtime }: Pick<TestServer, 'runtime'>,
  arn: string,
  metrics: Trained['metrics'] = {},
): Trained {
  const at = arn.includes(':recommender/') ? { recommenderArn: arn } : { campaignArn: arn }
  const items: Trained['items'] = async (asked, numResults = 10) => {
    const { itemList } = await runtime.send(new GetRecommendationsCommand({ ...at, ...asked, numResults }))
    return itemList!
  }
  return {
    arn,
    metrics,
    items,
    list: async (asked, numResults) => (await items(asked, numResults)).map(({ itemId }) => itemId!),
    async rank(userId, inputList, context) {
      const input = { campaignArn: arn, userId, inputList: [...inputList], context }
      return (await runtime.send(new GetPersonalizedRankingCommand(input))).personalizedRanking!.map(
        ({ itemId }) => itemId!,
      )
    },
  }
}

/** Returns the Items dataset that a domain requires, with one category or genre for each item. */
export function itemsOf(domain: Domain, items: readonly string[], genreOf: (item: string) => string): WorldDataset {
  const kind = (name: string) => ({ ...text(name), categorical: true })
  if (domain === 'ECOMMERCE')
    return {
      fields: [text('ITEM_ID'), { name: 'PRICE', type: 'float' }, kind('CATEGORY_L1')],
      lines: items.map(item => `${item},9.5,${genreOf(item)}`),
    }
  return {
    fields: [text('ITEM_ID'), kind('GENRES'), long('CREATION_TIMESTAMP')],
    lines: items.map(item => `${item},${genreOf(item)},1000000`),
  }
}

/** Deletes users from all datasets of a group, and waits for the end. */
export async function deleteUsersOf(server: TestServer, datasetGroupArn: string, users: readonly string[]) {
  const jobName = `delete-${++deletions}`
  const dataLocation = await putFile(server, `${jobName}/users.csv`, ['USER_ID', ...users].join('\n'))
  const request = { jobName, datasetGroupArn, dataSource: { dataLocation }, roleArn: ROLE }
  const { dataDeletionJobArn } = await server.personalize.send(new CreateDataDeletionJobCommand(request))
  const job = await finished(async () => {
    const command = new DescribeDataDeletionJobCommand({ dataDeletionJobArn: dataDeletionJobArn! })
    return (await server.personalize.send(command)).dataDeletionJob
  })
  assert.equal(job.status, 'COMPLETED', job.failureReason ?? 'no reason')
}

let deletions = 0

let recommenders = 0

async function createRecommender({ personalize }: TestServer, datasetGroupArn: string, recipe: string) {
  const recipeArn = `arn:aws:personalize:::recipe/${recipe}`
  const name = `${recipe}-${++recommenders}`
  const { recommenderArn } = await personalize.send(new CreateRecommenderCommand({ name, datasetGroupArn, recipeArn }))
  const command = new DescribeRecommenderCommand({ recommenderArn })
  const recommender = await finished(async () => (await personalize.send(command)).recommender)
  assertActive(recommender)
  return { arn: recommenderArn!, metrics: recommender.modelMetrics ?? {} }
}

/** Returns a function that puts events of a user, or of an anonymous session, into a group, `EVENTS_AT_ONCE` a call. */
export async function eventsInto({ personalize, events }: TestServer, datasetGroupArn: string) {
  const tracker = new CreateEventTrackerCommand({ name: `tracker-${++trackers}`, datasetGroupArn })
  const { trackingId } = await personalize.send(tracker)
  return async (id: string, eventList: Event[], isSession = false) => {
    const who = isSession ? { sessionId: id } : { sessionId: id, userId: id }
    for (let from = 0; from < eventList.length; from += EVENTS_AT_ONCE) {
      const some = eventList.slice(from, from + EVENTS_AT_ONCE)
      const command = new PutEventsCommand({ trackingId, ...who, eventList: some })
      await events.send(command)
    }
  }
}

let trackers = 0

/** The most events in a PutEvents call. */
const EVENTS_AT_ONCE = 10
