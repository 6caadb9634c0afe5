import type { EventTracker } from '../../contract/generated/types.ts'
import { operation } from '../operation.ts'
import { findResource, present } from '../shared/resources.ts'

export const describeEventTracker = operation('DescribeEventTracker', async ({ store }, { eventTrackerArn }) => {
  const tracker = await findResource(store, 'event-tracker', eventTrackerArn)
  return { eventTracker: present<EventTracker>('EventTracker', tracker, 'eventTrackerArn') }
})
