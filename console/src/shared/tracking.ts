import {
  CreateEventTrackerCommand,
  DescribeDatasetCommand,
  DescribeEventTrackerCommand,
  ListEventTrackersCommand,
} from '@aws-sdk/client-personalize'
import type { Api } from '../session/api.ts'
import type { DatasetGroup } from './dataset-groups.ts'

/** Returns the tracking id with which events are put into a group. A group without an event tracker gets one. */
export async function trackingIdOf(
  { personalize }: Api,
  { name, datasetGroupArn }: Pick<DatasetGroup, 'name' | 'datasetGroupArn'>,
): Promise<string> {
  const { eventTrackers = [] } = await personalize.send(new ListEventTrackersCommand({ datasetGroupArn }))
  const [first] = eventTrackers
  if (!first) {
    // The name of a tracker has 63 characters at most.
    const tracker = { name: `${name.slice(0, 55)}-console`, datasetGroupArn }
    return (await personalize.send(new CreateEventTrackerCommand(tracker))).trackingId!
  }
  const { eventTrackerArn } = first
  return (await personalize.send(new DescribeEventTrackerCommand({ eventTrackerArn }))).eventTracker!.trackingId!
}

/** Returns the tracking id with which action interactions are put. Their dataset has it: they have no event tracker. */
export async function actionTrackingIdOf({ personalize }: Api, datasetArn: string | undefined): Promise<string> {
  const { dataset } = await personalize.send(new DescribeDatasetCommand({ datasetArn }))
  return dataset!.trackingId!
}
