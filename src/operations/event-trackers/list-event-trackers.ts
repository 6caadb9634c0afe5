import type { EventTrackerSummary } from '../../contract/generated/types.ts'
import { operation } from '../operation.ts'
import { listPage, present } from '../shared/resources.ts'

export const listEventTrackers = operation('ListEventTrackers', async ({ store }, { datasetGroupArn, ...page }) => {
  const { resources, nextToken } = await listPage(store, { kind: 'event-tracker', parent: datasetGroupArn }, page)
  return {
    eventTrackers: resources.map(tracker =>
      present<EventTrackerSummary>('EventTrackerSummary', tracker, 'eventTrackerArn'),
    ),
    nextToken,
  }
})
