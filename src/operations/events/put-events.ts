import { InvalidInputException } from '../../contract/errors.ts'
import type { Event } from '../../contract/generated/types.ts'
import type { Shown } from '../../store/recent-recommendations.ts'
import { operation } from '../operation.ts'
import { writeTo } from '../shared/datasets.ts'

/**
 * Records up to 10 events of a session in the Interactions dataset of the tracker's group. Without a `userId` the
 * session stands for the user, until an event with both says who it was.
 * https://docs.aws.amazon.com/personalize/latest/dg/recording-item-interaction-events.html
 *
 * An event that names a recommendation, and no impression, has the items that were recommended for its impression
 * (the guide's implicit impressions), as long as the server remembers them and this group recommended them.
 *
 * An unknown tracking id is an InvalidInputException: the model declares no other for this operation.
 */
export const putEvents = operation('PutEvents', async ({ store, datasets }, input) => {
  const { trackingId, userId, sessionId, eventList } = input
  const group = await datasets.groupOfTracker(trackingId)
  if (!group) throw new InvalidInputException(`trackingId: there is no event tracker with the id ${trackingId}`)
  const dataset = await datasets.inGroup(group, 'INTERACTIONS')
  const { parseEvent } = datasets.interactionRules(dataset)
  const events = await Promise.all(eventList.map(event => withImpression(event, group, store.shown)))
  const leftOut: string[] = []
  const rows = events.map((event, index) =>
    parseEvent(`eventList.${index + 1}.member`, { userId, sessionId, event }, leftOut),
  )
  await writeTo(dataset, datasets, store.interactions.put(dataset.id, rows))
  datasets.unknown.count(dataset, leftOut)
  return {}
})

/** As many as an explicit impression may have, in the 1000 characters that a value may have. */
const IMPRESSION_MAX = 25
const IMPRESSION_LENGTH_MAX = 1000

async function withImpression(event: Event, datasetGroup: string, shown: Shown): Promise<Event> {
  if (!event.recommendationId || event.impression) return event
  const recommended = await shown.find(event.recommendationId, datasetGroup)
  if (!recommended) return event
  const impression: string[] = []
  let length = 0
  for (const id of recommended.slice(0, IMPRESSION_MAX)) {
    length += id.length + 1
    if (length <= IMPRESSION_LENGTH_MAX && !id.includes('|')) impression.push(id)
  }
  return impression.length === 0 ? event : { ...event, impression }
}
