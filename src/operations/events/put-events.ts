import { InvalidInputException } from '../../contract/errors.ts'
import { writeTo } from '../datasets.ts'
import { operation } from '../operation.ts'

/**
 * Records up to 10 events of a session in the Interactions dataset of the tracker's group. Without a `userId` the
 * session stands for the user, until an event with both says who it was.
 * https://docs.aws.amazon.com/personalize/latest/dg/recording-item-interaction-events.html
 *
 * An unknown tracking id is an InvalidInputException: the model declares no other for this operation.
 */
export const putEvents = operation('PutEvents', async ({ store, datasets }, input) => {
  const { trackingId, userId, sessionId, eventList } = input
  const group = await datasets.groupOfTracker(trackingId)
  if (!group) throw new InvalidInputException(`trackingId: there is no event tracker with the id ${trackingId}`)
  const dataset = await datasets.inGroup(group, 'INTERACTIONS')
  const { parseEvent } = datasets.interactionRules(dataset)
  const rows = eventList.map((event, index) =>
    parseEvent(`eventList.${index + 1}.member`, { userId, sessionId, event }),
  )
  await writeTo(dataset, datasets, () => store.interactions.put(dataset.id, rows))
  return {}
})
