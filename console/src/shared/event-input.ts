import { toJson } from '../../../src/contract/json.ts'
import { camelCase } from '../../../src/datasets/names.ts'
import type { Value } from '../../../src/datasets/values.ts'
import type { Call } from './same-elsewhere.ts'

/** An interaction by the names of the schema's fields. */
export interface EventInput {
  readonly userId: string
  readonly sessionId: string
  /** Of the item, or of the action. */
  readonly id: string
  readonly eventType: string
  readonly time: Date
  readonly eventValue: number | null
  /** The values of all other fields by their names; nulls are left out. */
  readonly details: Readonly<Record<string, Value>>
}

/** The members of an event for what the API has members for; all else goes into its properties. */
function eventMembers({ id, eventType, eventValue, details }: EventInput, isAction: boolean) {
  const { IMPRESSION, RECOMMENDATION_ID, EVENT_ATTRIBUTION_SOURCE, ...others } = details
  const source = EVENT_ATTRIBUTION_SOURCE ?? undefined
  const entries = Object.entries(others).filter(([, value]) => value !== null)
  const properties = Object.fromEntries(entries.map(([name, value]) => [camelCase(name), value]))
  return {
    // The API demands a type, also where the schema has none.
    eventType: eventType || 'event',
    [isAction ? 'actionId' : 'itemId']: id,
    ...(eventValue !== null && !isAction && { eventValue }),
    ...(IMPRESSION && { impression: String(IMPRESSION).split('|') }),
    ...(RECOMMENDATION_ID && { recommendationId: String(RECOMMENDATION_ID) }),
    ...(source !== undefined && !isAction && { metricAttribution: { eventAttributionSource: String(source) } }),
    ...(entries.length > 0 && { properties: toJson(properties) }),
  }
}

/** The call that puts one event. */
export function putEventCall(trackingId: string, event: EventInput): Call {
  const { userId, sessionId, time } = event
  const eventList = [{ ...eventMembers(event, false), sentAt: time }]
  const input = { trackingId, ...(userId && { userId }), sessionId, eventList }
  return { service: 'personalize-events', operation: 'PutEvents', input }
}

/** The call that puts one action interaction. */
export function putActionInteractionCall(trackingId: string, event: EventInput): Call {
  const { userId, sessionId, time } = event
  const interaction = { ...eventMembers(event, true), ...(userId && { userId }), sessionId, timestamp: time }
  const input = { trackingId, actionInteractions: [interaction] }
  return { service: 'personalize-events', operation: 'PutActionInteractions', input }
}
