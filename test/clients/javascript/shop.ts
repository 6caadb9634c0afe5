/** The shop of programs.test.ts with the AWS SDK for JavaScript, version 3. */
import { setTimeout } from 'node:timers/promises'
import * as personalize from '@aws-sdk/client-personalize'
import * as events from '@aws-sdk/client-personalize-events'
import * as runtime from '@aws-sdk/client-personalize-runtime'

const ARN = 'arn:aws:personalize:us-east-1:000000000000'
const roleArn = 'arn:aws:iam::000000000000:role/personalize'

const control = new personalize.PersonalizeClient()
const putting = new events.PersonalizeEventsClient()
const asking = new runtime.PersonalizeRuntimeClient()
const say = (...texts: unknown[]) => console.log(JSON.stringify(texts.map(String)))

async function active(describe: () => Promise<{ status?: string | undefined } | undefined>): Promise<string> {
  for (;;) {
    const status = (await describe())!.status!
    if (!/(PENDING|IN_PROGRESS)$/.test(status)) return status
    await setTimeout(100)
  }
}

const { datasetGroupArn } = await control.send(new personalize.CreateDatasetGroupCommand({ name: 'shop' }))
for (const datasetType of ['Users', 'Items', 'Interactions']) {
  const schema = process.env[`SCHEMA_${datasetType.toUpperCase()}`]
  const { schemaArn } = await control.send(new personalize.CreateSchemaCommand({ name: `shop-${datasetType}`, schema }))
  const dataset = { name: datasetType, schemaArn, datasetGroupArn, datasetType }
  await control.send(new personalize.CreateDatasetCommand(dataset))
}
const datasetArn = `${ARN}:dataset/shop/USERS`
const { dataset } = await control.send(new personalize.DescribeDatasetCommand({ datasetArn }))
say('dataset', dataset!.datasetArn, dataset!.datasetType, dataset!.status)
say('created today', Math.abs(Date.now() - dataset!.creationDateTime!.getTime()) < 86_400_000)
const tracker = new personalize.CreateEventTrackerCommand({ name: 'web', datasetGroupArn })
const { trackingId } = await control.send(tracker)

for (const [userId, properties] of [
  ['u1', { membershipType: 'Member|Frequent shopper', numberOfVideosWatched: 45 }],
  ['u2', { membershipType: 'Member' }],
  ['u2', { membershipType: 'Guest' }],
  ['жук ☕', { membershipType: 'naïve' }],
] as const) {
  const users = [{ userId, properties: JSON.stringify(properties) }]
  await putting.send(new events.PutUsersCommand({ datasetArn, users }))
}
const genres = JSON.stringify({ genres: 'Horror|Action', creationTimestamp: 1570003267 })
const items = ['i1', 'i2'].map(itemId => ({ itemId, properties: genres }))
await putting.send(new events.PutItemsCommand({ datasetArn: `${ARN}:dataset/shop/ITEMS`, items }))
for (const [userId, itemId] of [
  ['u1', 'i1'],
  ['u2', 'i1'],
  ['u2', 'i2'],
] as const) {
  const sentAt = new Date('2019-03-26T20:23:02Z')
  const eventList = [{ eventType: 'rating', sentAt, itemId, eventValue: 4.5, impression: ['i2', 'i1'] }]
  await putting.send(new events.PutEventsCommand({ trackingId, userId, sessionId: 's1', eventList }))
}

try {
  const users = Array.from({ length: 11 }, (_, n) => ({ userId: `${n}`, properties: '{"membershipType":"Member"}' }))
  await putting.send(new events.PutUsersCommand({ datasetArn, users }))
} catch (error) {
  if (!(error instanceof events.InvalidInputException)) throw error
  say('refused', 'InvalidInputException', error.message)
}
try {
  await control.send(new personalize.DescribeDatasetCommand({ datasetArn: `${ARN}:dataset/none/USERS` }))
} catch (error) {
  if (!(error instanceof personalize.ResourceNotFoundException)) throw error
  say('refused', 'ResourceNotFoundException', error.message)
}

for await (const page of personalize.paginateListDatasets({ client: control, pageSize: 2 }, { datasetGroupArn }))
  say('datasets', ...page.datasets!.map(({ name }) => name))

const dataSource = { dataLocation: 's3://bucket/users.csv' }
const importing = new personalize.CreateDatasetImportJobCommand({ jobName: 'users', datasetArn, dataSource, roleArn })
const { datasetImportJobArn } = await control.send(importing)
const imported = new personalize.DescribeDatasetImportJobCommand({ datasetImportJobArn })
say('import', await active(async () => (await control.send(imported)).datasetImportJob))

const recipeArn = 'arn:aws:personalize:::recipe/aws-popularity-count'
const solution = new personalize.CreateSolutionCommand({ name: 'popular', datasetGroupArn, recipeArn })
const { solutionArn } = await control.send(solution)
const training = new personalize.CreateSolutionVersionCommand({ solutionArn })
const { solutionVersionArn } = await control.send(training)
const trained = new personalize.DescribeSolutionVersionCommand({ solutionVersionArn })
say('training', await active(async () => (await control.send(trained)).solutionVersion))
const campaign = new personalize.CreateCampaignCommand({ name: 'popular', solutionVersionArn, minProvisionedTPS: 1 })
const { campaignArn } = await control.send(campaign)
const deployed = new personalize.DescribeCampaignCommand({ campaignArn })
say('campaign', await active(async () => (await control.send(deployed)).campaign))
const asked = new runtime.GetRecommendationsCommand({ campaignArn, userId: 'u1', numResults: 2 })
say('recommended', ...(await asking.send(asked)).itemList!.map(({ itemId }) => itemId))
