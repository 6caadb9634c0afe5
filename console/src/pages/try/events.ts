import { PutActionInteractionsCommand, PutEventsCommand } from '@aws-sdk/client-personalize-events'
import { camelCase } from '../../../../src/datasets/names.ts'
import type { Api } from '../../session/api.ts'
import { useSession } from '../../session/session.ts'
import type { DatasetGroup } from '../../shared/dataset-groups.ts'
import { useKnownValues } from '../../shared/known-values.ts'
import { useRead } from '../../shared/queries.ts'
import { LATEST } from '../../shared/records.ts'
import { datasetArn } from '../../shared/schemas.ts'
import { actionTrackingIdOf, trackingIdOf } from '../../shared/tracking.ts'

/** A thing that the user does with an item or an action of a list. */
interface Deed {
  readonly eventType: string
  readonly id: string
  readonly isAction: boolean
  /** Blank of an anonymous session. */
  readonly userId: string
  readonly sessionId: string
  readonly recommendationId: string | undefined
  /** The circumstances, by the names of columns. */
  readonly context: Readonly<Record<string, string>>
}

/** Puts an event, or an action interaction. A group without an event tracker gets one. @throws the server's refusal */
export async function putDeed(api: Api, group: DatasetGroup, deed: Deed): Promise<void> {
  const { eventType, id, isAction, userId, sessionId, recommendationId, context } = deed
  const entries = Object.entries(context).filter(([, value]) => value !== '')
  const properties = Object.fromEntries(entries.map(([name, value]) => [camelCase(name), value]))
  const event = {
    eventType,
    ...(recommendationId && { recommendationId }),
    ...(entries.length > 0 && { properties: JSON.stringify(properties) }),
  }
  if (isAction) {
    const trackingId = await actionTrackingIdOf(api, datasetArn(group, 'ACTION_INTERACTIONS'))
    const interaction = { ...event, actionId: id, userId, sessionId, timestamp: new Date() }
    await api.events.send(new PutActionInteractionsCommand({ trackingId, actionInteractions: [interaction] }))
    return
  }
  const trackingId = await trackingIdOf(api, group)
  const eventList = [{ ...event, itemId: id, sentAt: new Date() }]
  await api.events.send(new PutEventsCommand({ trackingId, sessionId, ...(userId && { userId }), eventList }))
}

/** Events are offered by these names, where the data have none yet. */
const USUAL_TYPES = ['Click', 'Purchase']
/** The types that the guide names for actions. */
const ACTION_TYPES = ['Taken', 'Not Taken', 'Viewed']

/**
 * Reads the types of event that the data have, the most frequent first: those of all data, of the newest events that
 * were put, and of a user. None where the key may not put any.
 */
export function useEventTypes(group: DatasetGroup, userId: string) {
  const { may } = useSession()
  const known = useKnownValues(group)
  const items = useTypesOf(group, 'INTERACTIONS', userId)
  const actions = useTypesOf(group, 'ACTION_INTERACTIONS', userId)
  const all = (type: EventDataset, latest: readonly string[], usual: readonly string[]) => {
    const types = new Set([...(known.get(`${type}.EVENT_TYPE`) ?? []), ...latest])
    return types.size > 0 ? [...types] : usual
  }
  return {
    items: may('personalize:PutEvents') ? all('INTERACTIONS', items, USUAL_TYPES) : [],
    actions: may('personalize:PutActionInteractions') ? all('ACTION_INTERACTIONS', actions, ACTION_TYPES) : [],
  }
}

type EventDataset = 'INTERACTIONS' | 'ACTION_INTERACTIONS'

function useTypesOf(group: DatasetGroup, type: EventDataset, userId: string): readonly string[] {
  const { may } = useSession()
  const arn = datasetArn(group, type)
  const { data } = useRead(
    ['event-types', arn, userId],
    async api => {
      const query = { datasetArn: arn, limit: LATEST }
      const asked = [
        api.inspect<Events>('latest', { query }),
        ...(userId ? [api.inspect<Events>('history', { query: { ...query, userId } })] : []),
      ]
      const found = (await Promise.all(asked)).flatMap(({ interactions }) => interactions)
      return [...new Set(found.flatMap(({ eventType }) => eventType || []))]
    },
    { enabled: arn !== undefined && may('personalite:InspectLatest'), keepPrevious: true },
  )
  return data ?? []
}

interface Events {
  readonly interactions: readonly { readonly eventType?: string | null }[]
}
