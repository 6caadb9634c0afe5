/** The outcomes of showing an action, by the names that events have. */
export const OUTCOMES = { VIEWED: 0, NOT_TAKEN: 1, TAKEN: 2 } as const
export type ActionOutcome = (typeof OUTCOMES)[keyof typeof OUTCOMES]

/** Actions, and the outcome of showing them. */
export interface ActionData {
  readonly actions: number
  /** The events, in any order: of each the user's number, the action's, the time, and the outcome's number. */
  readonly users: Int32Array
  readonly events: Int32Array
  readonly times: Float64Array
  readonly outcomes: Uint8Array
  /** The properties of each user, such as `GENDER: F`, or features found in the interactions with items. */
  readonly features: readonly (readonly string[])[]
}

/** One time that a user might have taken an action. */
export interface Decision {
  readonly user: number
  readonly action: number
  /** The user's, and the user's earlier events with actions. */
  readonly features: readonly string[]
  isTaken: boolean
}

const DAY_MS = 86_400_000

/**
 * The decisions that users took, in each one's order of time. A view begins one, and the user's answer within the
 * period ends it, as does its end: then the action was not taken. An answer that no view came before is one by itself.
 */
export function decisionsOf({ users, events, times, outcomes, features }: ActionData, periodDays: number): Decision[] {
  const order = Int32Array.from(users.keys()).sort(
    (a, b) => users[a]! - users[b]! || times[a]! - times[b]! || outcomes[a]! - outcomes[b]! || a - b,
  )
  const decisions: Decision[] = []
  let open = new Map<number, { readonly decision: Decision; readonly until: number }>()
  let past: { action: number; outcome: ActionOutcome }[] = []
  // Events of one moment are not before one another, in any order of their rows.
  let now: typeof past = []
  for (const [at, event] of order.entries()) {
    const user = users[event]!
    if (at > 0 && users[order[at - 1]!] !== user) {
      open = new Map()
      past = []
      now = []
    } else if (at > 0 && times[order[at - 1]!]! < times[event]!) {
      past.push(...now)
      now = []
    }
    const [action, time, outcome] = [events[event]!, times[event]!, outcomes[event] as ActionOutcome]
    const begun = open.get(action)
    let decision = begun && time <= begun.until ? begun.decision : undefined
    if (!decision) {
      decision = { user, action, features: [...features[user]!, ...pastFeatures(past, action)], isTaken: false }
      decisions.push(decision)
      if (outcome === OUTCOMES.VIEWED) open.set(action, { decision, until: time + periodDays * DAY_MS })
    }
    if (outcome === OUTCOMES.TAKEN) decision.isTaken = true
    if (outcome !== OUTCOMES.VIEWED) open.delete(action)
    now.push({ action, outcome })
  }
  return decisions
}

/** A user's earlier events as features: with this action, and with all actions. */
export function pastFeatures(
  past: readonly { readonly action: number; readonly outcome: ActionOutcome }[],
  action: number,
): string[] {
  const these = [0, 0, 0]
  let [taken, answered] = [0, 0]
  for (const one of past) {
    if (one.action === action) these[one.outcome]!++
    if (one.outcome === OUTCOMES.TAKEN) taken++
    if (one.outcome !== OUTCOMES.VIEWED) answered++
  }
  const share = answered === 0 ? 'none' : Math.round((4 * taken) / answered)
  return [
    ...Object.entries(OUTCOMES).map(([name, outcome]) => `this was ${name}: ${Math.min(3, these[outcome]!)}`),
    `of four were TAKEN: ${share}`,
  ]
}
