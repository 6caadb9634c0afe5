import type { EventTable } from './snapshot.ts'

/** The events and users that a model was trained on, of all that its solution looks at. */
export interface TrainedOn {
  readonly events: number
  readonly eventsTotal: number
  readonly users: number
  readonly usersTotal: number
  /** The time of the oldest event, in milliseconds since 1970; left out where there is none. */
  readonly oldest?: number
}

/** @param read the events that were chosen, users with too short or too long histories among them */
export function trainedOn({ items, users, times }: EventTable, read: EventTable): TrainedOn {
  let oldest = Number.POSITIVE_INFINITY
  for (const time of times) if (time < oldest) oldest = time
  return {
    events: items.length,
    eventsTotal: read.items.length + read.left.events,
    users: users.length,
    usersTotal: read.users.length + read.left.users,
    ...(items.length > 0 && { oldest }),
  }
}

/**
 * The same as metrics of a version, so that clients of GetSolutionMetrics see that something was left out; none where
 * nothing was. The names are not the service's.
 */
export function choiceMetrics({ events, eventsTotal, users, usersTotal }: TrainedOn): Readonly<Record<string, number>> {
  if (events === eventsTotal) return {}
  return { trained_on_share_of_events: events / eventsTotal, trained_on_share_of_users: users / usersTotal }
}
