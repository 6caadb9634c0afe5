import { finished, putFile, ROLE } from '#test/jobs.ts'
import { createDataset, type TestServer } from '#test/server.ts'
import { LOCAL_KEY } from '../../src/config/config.ts'
import type { Operations } from '../../src/contract/generated/types.ts'
import { operationModel, shapeOf } from '../../src/contract/registry.ts'
import type { OperationName } from '../../src/contract/shapes.ts'
import { sign } from '../../src/wire/aws/sigv4.ts'

export type Input<Name extends OperationName> = Operations[Name]['input']
type Output<Name extends OperationName> = Operations[Name]['output']

interface Answer {
  readonly status: number
  /** The error's code, if the reply is an error. */
  readonly code: string | undefined
  readonly body: string
}

/** The resources that all operations need. The data are few: start the server without minimums. */
export interface Fixture {
  readonly arns: Readonly<Record<ArnName, string>>
  readonly trackingIds: Readonly<Record<'events' | 'actionInteractions', string>>
  /** Returns an unused name. */
  name(): string
  /** Sends an input unchanged, also if the model does not allow it. */
  send(name: OperationName, input: unknown): Promise<Answer>
  /** Sends an input and returns the output. @throws Error if it is refused */
  call<Name extends OperationName>(name: Name, input: Input<Name>): Promise<Output<Name>>
  /** Calls Describe… until the resource is no longer in progress. @throws Error if it failed */
  settled<Name extends OperationName>(name: Name, input: Input<Name>): Promise<void>
}

type ArnName =
  | 'group'
  | 'domainGroup'
  | 'users'
  | 'items'
  | 'actions'
  | 'interactions'
  | 'schema'
  | 'usersSchema'
  | 'eventTracker'
  | 'filter'
  | 'itemsVersion'
  | 'rankingVersion'
  | 'actionsVersion'
  | 'segmentsVersion'
  | 'solution'
  | 'campaign'
  | 'rankingCampaign'
  | 'actionsCampaign'
  | 'recommender'
  | 'importJob'
  | 'exportJob'
  | 'deletionJob'
  | 'inferenceJob'
  | 'segmentJob'
  | 'metricAttribution'

/** The locations of the fixture's files. */
export const FILES = {
  users: 's3://b/fixture/users.csv',
  interactions: 's3://b/fixture/interactions.csv',
  deleted: 's3://b/fixture/deleted.csv',
  userLines: 's3://b/fixture/users.json',
  itemLines: 's3://b/fixture/items.json',
} as const

export const recipeArn = (name: string) => `arn:aws:personalize:::recipe/${name}`

/** A schema for the Interactions dataset of any domain, or of none. */
export const INTERACTIONS_SCHEMA = JSON.stringify({
  type: 'record',
  name: 'Interactions',
  namespace: 'com.amazonaws.personalize.schema',
  fields: [
    { name: 'USER_ID', type: 'string' },
    { name: 'ITEM_ID', type: 'string' },
    { name: 'EVENT_TYPE', type: 'string' },
    { name: 'TIMESTAMP', type: 'long' },
  ],
  version: '1.0',
})

/** Creates one resource of each kind, in the dataset groups `fixture` and `fixture-shop`. */
export async function openFixture(server: TestServer): Promise<Fixture> {
  const calls = callsTo(server)
  const { call, name, settled } = calls
  await putFiles(server)
  const custom = await createCustomGroup(server, calls)
  const shop = await createShop(calls)
  const train = async (recipe: string) => {
    const solution = {
      name: name(),
      datasetGroupArn: custom.group,
      recipeArn: recipeArn(recipe),
      performAutoTraining: false,
    }
    const { solutionArn } = await call('CreateSolution', solution)
    const { solutionVersionArn } = await call('CreateSolutionVersion', { solutionArn: solutionArn! })
    await settled('DescribeSolutionVersion', { solutionVersionArn: solutionVersionArn! })
    return solutionVersionArn!
  }
  const [itemsVersion, rankingVersion, actionsVersion, segmentsVersion] = await Promise.all(
    ['aws-user-personalization', 'aws-personalized-ranking', 'aws-next-best-action', 'aws-item-affinity'].map(train),
  )
  const deploy = async (version: string, enableMetadataWithRecommendations?: boolean) => {
    const campaignConfig = { enableMetadataWithRecommendations }
    const { campaignArn } = await call('CreateCampaign', { name: name(), solutionVersionArn: version, campaignConfig })
    return campaignArn!
  }
  const versions = {
    itemsVersion: itemsVersion!,
    rankingVersion: rankingVersion!,
    actionsVersion: actionsVersion!,
    segmentsVersion: segmentsVersion!,
  }
  const made = {
    ...custom,
    ...shop,
    ...versions,
    solution: versions.itemsVersion.replace(/\/[^/]+$/, ''),
    campaign: await deploy(versions.itemsVersion, true),
    rankingCampaign: await deploy(versions.rankingVersion, true),
    actionsCampaign: await deploy(versions.actionsVersion),
  }
  const batch = {
    jobInput: { s3DataSource: { path: FILES.userLines } },
    jobOutput: { s3DataDestination: { path: 's3://b/out/' } },
    roleArn: ROLE,
  }
  const inference = { ...batch, jobName: name(), solutionVersionArn: versions.itemsVersion }
  const { batchInferenceJobArn } = await call('CreateBatchInferenceJob', inference)
  const segments = {
    ...batch,
    jobName: name(),
    solutionVersionArn: versions.segmentsVersion,
    jobInput: { s3DataSource: { path: FILES.itemLines } },
  }
  const { batchSegmentJobArn } = await call('CreateBatchSegmentJob', segments)
  const { trackingIds, ...customArns } = made
  return {
    ...calls,
    trackingIds,
    arns: { ...customArns, inferenceJob: batchInferenceJobArn!, segmentJob: batchSegmentJobArn! },
  }
}

type Calls = Pick<Fixture, 'name' | 'send' | 'call' | 'settled'>

/** Returns functions that call a server without a fixture. */
export function callsTo({ url }: Pick<TestServer, 'url'>): Calls {
  let count = 0
  const send = async (name: OperationName, input: unknown): Promise<Answer> => {
    const { path, targetPrefix } = operationModel(name)
    const address = new URL(path, url)
    const body = JSON.stringify(input)
    const headers = { host: address.host, ...(targetPrefix && { 'x-amz-target': `${targetPrefix}.${name}` }) }
    const request = { method: 'POST', url: path, headers, body: Buffer.from(body) }
    const { host: _, ...signed } = sign(request, LOCAL_KEY, { region: 'us-east-1', now: new Date() })
    const response = await fetch(address, { method: 'POST', headers: signed, body })
    const code = response.headers.get('x-amzn-errortype') ?? undefined
    return { status: response.status, code, body: await response.text() }
  }
  const call = async <Name extends OperationName>(name: Name, input: Input<Name>): Promise<Output<Name>> => {
    const { status, code, body } = await send(name, input)
    if (status !== 200) throw new Error(`${name}: ${code}: ${body}`)
    return body === '' ? {} : JSON.parse(body)
  }
  const settled = async <Name extends OperationName>(name: Name, input: Input<Name>): Promise<void> => {
    const describe = async () => Object.values(await call(name, input))[0] as { status: string; failureReason?: string }
    const { status, failureReason } = await finished(describe)
    if (/FAILED/.test(status)) throw new Error(`${name}: ${status}: ${failureReason}`)
  }
  return { name: () => `fixture-${++count}`, send, call, settled }
}

async function putFiles(server: TestServer): Promise<void> {
  const put = (location: string, lines: readonly string[]) =>
    putFile(server, location.slice('s3://b/'.length), lines.join('\n'))
  const users = Array.from({ length: 20 }, (_, i) => `u${i}`)
  const events = users.flatMap((user, i) =>
    Array.from({ length: 6 }, (_, j) => `${user},i${(i * j) % 10},watch,${1_000_000 + 100 * j + i},phone`),
  )
  await put(FILES.users, ['USER_ID,AGE,MEMBERSHIP_TYPE,LOYALTY_NUMBER', ...users.map(id => `${id},30,Member,`)])
  await put(FILES.interactions, ['USER_ID,ITEM_ID,EVENT_TYPE,TIMESTAMP,DEVICE', ...events])
  await put(FILES.deleted, ['USER_ID', 'nobody'])
  await put(FILES.userLines, ['{"userId": "u1"}'])
  await put(FILES.itemLines, ['{"itemId": "i1"}'])
}

/** Creates a custom dataset group, with a dataset of each type and their resources. */
async function createCustomGroup(server: TestServer, { call, name, settled }: Calls) {
  const create = (type: Parameters<typeof createDataset>[1]) => createDataset(server, type, { group: 'fixture' })
  const { datasetArn: users, schemaArn: usersSchema } = await create('Users')
  const items = (await create('Items')).datasetArn
  const actions = (await create('Actions')).datasetArn
  const { datasetArn: actionInteractions } = await create('Action_Interactions')
  const { datasetArn: interactions, datasetGroupArn: group, schemaArn: schema } = await create('Interactions')
  const importFrom = async (datasetArn: string, dataLocation: string) => {
    const job = { jobName: name(), datasetArn, dataSource: { dataLocation }, roleArn: ROLE }
    const { datasetImportJobArn } = await call('CreateDatasetImportJob', job)
    await settled('DescribeDatasetImportJob', { datasetImportJobArn: datasetImportJobArn! })
    return datasetImportJobArn!
  }
  await importFrom(users, FILES.users)
  const importJob = await importFrom(interactions, FILES.interactions)
  const all = Array.from({ length: 10 }, (_, i) => ({ itemId: `i${i}`, properties: '{"genres":"drama"}' }))
  await call('PutItems', { datasetArn: items, items: all })
  await call('PutActions', { datasetArn: actions, actions: [{ actionId: 'a1' }, { actionId: 'a2' }] })
  const { dataset } = await call('DescribeDataset', { datasetArn: actionInteractions })
  const trackingId = dataset!.trackingId!
  const taken = { actionId: 'a1', userId: 'u1', sessionId: 's1', eventType: 'TAKEN', timestamp: 1_000_000 }
  await call('PutActionInteractions', { trackingId, actionInteractions: [taken] })
  const tracker = await call('CreateEventTracker', { name: name(), datasetGroupArn: group })
  const filterExpression = 'INCLUDE ItemID WHERE Items.GENRES IN ($GENRE)'
  const filter = await call('CreateFilter', { name: name(), datasetGroupArn: group, filterExpression })
  const s3 = { s3DataDestination: { path: 's3://b/out/' } }
  const metrics = [{ eventType: 'watch', metricName: 'watched', expression: 'SAMPLECOUNT()' }]
  const metricsOutputConfig = { ...s3, roleArn: ROLE }
  const attribution = { name: name(), datasetGroupArn: group, metrics, metricsOutputConfig }
  const { metricAttributionArn } = await call('CreateMetricAttribution', attribution)
  const exported = { jobName: name(), datasetArn: users, roleArn: ROLE, jobOutput: s3 }
  const { datasetExportJobArn } = await call('CreateDatasetExportJob', exported)
  const dataSource = { dataLocation: FILES.deleted }
  const deletion = { jobName: name(), datasetGroupArn: group, dataSource, roleArn: ROLE }
  const { dataDeletionJobArn } = await call('CreateDataDeletionJob', deletion)
  return {
    ...{ group, users, items, actions, interactions, schema, usersSchema, importJob },
    trackingIds: { events: tracker.trackingId!, actionInteractions: trackingId },
    eventTracker: tracker.eventTrackerArn!,
    filter: filter.filterArn!,
    exportJob: datasetExportJobArn!,
    deletionJob: dataDeletionJobArn!,
    metricAttribution: metricAttributionArn!,
  }
}

/** Creates a dataset group of the domain ECOMMERCE with a recommender. */
async function createShop({ call, name, settled }: Calls) {
  const domain = 'ECOMMERCE'
  const { datasetGroupArn } = await call('CreateDatasetGroup', { name: 'fixture-shop', domain })
  const { schemaArn } = await call('CreateSchema', { name: name(), schema: INTERACTIONS_SCHEMA, domain })
  const dataset = {
    name: name(),
    datasetGroupArn: datasetGroupArn!,
    datasetType: 'Interactions',
    schemaArn: schemaArn!,
  }
  await call('CreateDataset', dataset)
  const { trackingId } = await call('CreateEventTracker', { name: name(), datasetGroupArn: datasetGroupArn! })
  for (const user of ['u1', 'u2', 'u3']) {
    const eventList = ['i1', 'i2', 'i3'].map((itemId, i) => ({ itemId, eventType: 'View', sentAt: 1_000_000 + i }))
    await call('PutEvents', { trackingId: trackingId!, userId: user, sessionId: user, eventList })
  }
  const { recommenderArn } = await call('CreateRecommender', {
    name: name(),
    datasetGroupArn: datasetGroupArn!,
    recipeArn: recipeArn('aws-ecomm-popular-items-by-views'),
  })
  await settled('DescribeRecommender', { recommenderArn: recommenderArn! })
  return { domainGroup: datasetGroupArn!, recommender: recommenderArn! }
}

/** The structures in an input, each with the members of its model. */
export function structuresIn(name: OperationName, input: unknown): readonly Record<string, unknown>[] {
  const { service, input: shape } = operationModel(name)
  return structuresOf(shape, input)

  function structuresOf(shapeName: string, value: unknown): readonly Record<string, unknown>[] {
    if (typeof value !== 'object' || value === null) return []
    const { type, members = {}, member, value: entry } = shapeOf(service, shapeName)
    if (type === 'list') return (value as unknown[]).flatMap(item => structuresOf(member!, item))
    if (type === 'map') return Object.values(value).flatMap(part => structuresOf(entry!, part))
    const inside = Object.entries(value).flatMap(([key, part]) => structuresOf(members[key]!.shape, part))
    return [value as Record<string, unknown>, ...inside]
  }
}
