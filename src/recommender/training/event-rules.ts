import type { FoundInteraction } from '../../store/rows.ts'
import type { EventChunk } from './events.ts'

/** Which events are trained on, and how much each counts. */
export interface EventRule {
  /** Left out: every type. */
  readonly eventType?: string | undefined
  /** The least event value; an event without a value is below any. */
  readonly threshold?: number | undefined
  readonly weight: number
}

export const EVERY_EVENT: readonly EventRule[] = [{ weight: 1 }]

/**
 * Returns how the rules filter events, to be added to a message: ` after filtering by event type: buy`, as the service
 * has it. Empty where they take every event.
 */
export function filteringOf(rules: readonly EventRule[]): string {
  const counted = rules.filter(({ weight }) => weight > 0)
  if (counted.length === 0) return ' after filtering by event weight: all weights are 0'
  const texts = counted.map(({ eventType, threshold }) => {
    const value = threshold === undefined ? [] : [`${eventType === undefined ? '' : 'of '}${threshold} or more`]
    return [eventType ?? [], value].flat().join(' ')
  })
  if (texts.every(text => text === '')) return ''
  const by = counted.some(({ eventType }) => eventType !== undefined) ? 'type' : 'value'
  return ` after filtering by event ${by}: ${texts.join(', ')}`
}

/** Returns the weight of an event, 0 if it is looked at neither by a training nor by a request. */
export function weigher(rules: readonly EventRule[]) {
  const [first] = rules
  const isForAll = first !== undefined && first.eventType === undefined && first.threshold === undefined
  if (isForAll) return () => first.weight
  return ({ eventType, eventValue }: Pick<FoundInteraction, 'eventType' | 'eventValue'>): number => {
    const rule = rules.find(({ eventType: type }) => type === undefined || type === eventType)
    if (!rule) return 0
    if (rule.threshold !== undefined && !(eventValue !== null && eventValue >= rule.threshold)) return 0
    return rule.weight
  }
}

/** The same for the events of chunks, by their places; 0 also for one that repeats another's eventId. */
export function weigherOfChunks(rules: readonly EventRule[]): (chunk: EventChunk, event: number) => number {
  const weigh = weigher(rules)
  return ({ repeated, eventTypes, types, values }, event) =>
    repeated[event] === 1 ? 0 : weigh({ eventType: eventTypes[types[event]!]!, eventValue: values[event]! })
}
