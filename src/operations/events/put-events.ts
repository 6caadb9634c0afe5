import type { Event } from '../../contract/generated/types.ts'
import { IMPRESSION_MAX, type Shown } from '../../store/recent-recommendations.ts'
import { operation } from '../operation.ts'
import { writeTo } from '../shared/datasets.ts'

/**
 * Records up to 10 events of a session in the Interactions dataset of the tracker's group. Without a `userId` the
 * session stands for the user, until an event with both identifies the user.
 * https://docs.aws.amazon.com/personalize/latest/dg/recording-item-interaction-events.html
 *
 * An event that names a recommendation, but no impression, receives the recommended items as its impression. The guide
 * calls this an implicit impression. The server must still remember them, and the same group must have recommended
 * them.
 *
 * An unknown tracking id is an InvalidInputException, because the model declares no other exception for this operation.
 */
export const putEvents = operation('PutEvents', async ({ store, datasets }, input) => {
  const { trackingId, userId, sessionId, eventList } = input
  const dataset = await datasets.ofTracker(trackingId)
  const { parseEvent } = datasets.interactionRules(dataset)
  const withImpressions = () =>
    Promise.all(eventList.map(event => withImplicitImpression(event, dataset.datasetGroupArn, store.shown)))
  const events = eventList.some(lacksImpression) ? await withImpressions() : eventList
  const leftOut: string[] = []
  const rows = events.map((event, index) =>
    parseEvent(`eventList.${index + 1}.member`, { userId, sessionId, event }, leftOut),
  )
  await writeTo(dataset, datasets, store.interactions.put(dataset.id, rows))
  datasets.unknown.count(dataset, leftOut)
  return {}
})

/** The characters of a value, which an explicit impression may have. */
const IMPRESSION_LENGTH_MAX = 1000

const lacksImpression = ({ recommendationId, impression }: Event) => !!recommendationId && !impression

async function withImplicitImpression(event: Event, datasetGroup: string, shown: Shown): Promise<Event> {
  if (!lacksImpression(event)) return event
  const recommended = await shown.find(event.recommendationId!, datasetGroup)
  if (!recommended) return event
  const impression: string[] = []
  let length = 0
  for (const id of recommended.slice(0, IMPRESSION_MAX)) {
    length += id.length + 1
    if (length <= IMPRESSION_LENGTH_MAX && !id.includes('|')) impression.push(id)
  }
  return impression.length === 0 ? event : { ...event, impression }
}
