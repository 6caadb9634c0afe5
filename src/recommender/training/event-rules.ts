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
