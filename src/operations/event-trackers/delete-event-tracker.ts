import { exclusiveOperation } from '../operation.ts'
import { removeResource } from '../shared/resources.ts'

/** Deletes an event tracker. The dataset group and the events it recorded stay. */
export const deleteEventTracker = exclusiveOperation(
  'DeleteEventTracker',
  async ({ store, datasets }, { eventTrackerArn }) => {
    await removeResource(store, 'event-tracker', eventTrackerArn)
    datasets.forgetTrackers()
    return {}
  },
)
