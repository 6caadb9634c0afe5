import { setTimeout } from 'node:timers/promises'
import {
  CreateCampaignCommand,
  CreateDatasetCommand,
  CreateDatasetGroupCommand,
  CreateEventTrackerCommand,
  CreateSchemaCommand,
  CreateSolutionCommand,
  CreateSolutionVersionCommand,
  DescribeSolutionVersionCommand,
  PersonalizeClient,
} from '@aws-sdk/client-personalize'
import { PersonalizeEventsClient, PutEventsCommand } from '@aws-sdk/client-personalize-events'
import { PersonalizeRuntimeClient } from '@aws-sdk/client-personalize-runtime'

const SCHEMA = {
  type: 'record',
  name: 'Interactions',
  namespace: 'com.amazonaws.personalize.schema',
  fields: [
    ...['USER_ID', 'ITEM_ID', 'EVENT_TYPE'].map(name => ({ name, type: 'string' })),
    { name: 'TIMESTAMP', type: 'long' },
  ],
  version: '1.0',
}

/** Creates a campaign that is trained on the events of two users. Returns it with what a test needs. */
export async function createShop(server) {
  const options = { endpoint: server.url, region: server.region, credentials: server.credentials }
  const personalize = new PersonalizeClient(options)
  const events = new PersonalizeEventsClient(options)
  const runtime = new PersonalizeRuntimeClient(options)

  const { datasetGroupArn } = await personalize.send(new CreateDatasetGroupCommand({ name: 'shop' }))
  const { schemaArn } = await personalize.send(
    new CreateSchemaCommand({ name: 'interactions', schema: JSON.stringify(SCHEMA) }),
  )
  const dataset = { name: 'interactions', datasetType: 'Interactions', datasetGroupArn, schemaArn }
  await personalize.send(new CreateDatasetCommand(dataset))
  const { trackingId } = await personalize.send(new CreateEventTrackerCommand({ name: 'web', datasetGroupArn }))
  const view = (userId, items) => {
    const eventList = items.map(itemId => ({ itemId, eventType: 'view', sentAt: new Date() }))
    return events.send(new PutEventsCommand({ trackingId, userId, sessionId: userId, eventList }))
  }
  await view('ann', ['tent', 'stove', 'lamp'])
  await view('bob', ['tent', 'bag', 'stove'])

  const recipeArn = 'arn:aws:personalize:::recipe/aws-user-personalization-v2'
  const solution = { name: 'for-you', datasetGroupArn, recipeArn } // By default it is trained every week.
  const { solutionArn } = await personalize.send(new CreateSolutionCommand(solution))
  const { solutionVersionArn } = await personalize.send(new CreateSolutionVersionCommand({ solutionArn }))
  const describe = new DescribeSolutionVersionCommand({ solutionVersionArn })
  const isTraining = async () => /PENDING|PROGRESS/.test((await personalize.send(describe)).solutionVersion.status)
  while (await isTraining()) await setTimeout(20)
  const { campaignArn } = await personalize.send(new CreateCampaignCommand({ name: 'for-you', solutionVersionArn }))
  return { personalize, runtime, view, solutionArn, campaignArn }
}
