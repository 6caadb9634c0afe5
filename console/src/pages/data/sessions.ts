/** An interaction as `/inspect` shows it. */
export interface ShownInteraction {
  readonly userId: string
  readonly sessionId?: string
  readonly itemId?: string
  readonly actionId?: string
  /** `2030-01-31T18:00:00.000Z` */
  readonly timestamp: string
  readonly eventType?: string
  readonly eventValue?: number
  readonly properties: Readonly<Record<string, unknown>>
  readonly anonymous: boolean
  readonly repeated: boolean
  readonly ingestion: 'PUT' | 'BULK'
  readonly seq: number | bigint
}

/** Interactions of one visit. */
export interface VisitOfUser {
  /** Undefined where the interactions came without one. */
  readonly sessionId: string | undefined
  readonly start: string
  readonly end: string
  /** The newest first. */
  readonly interactions: readonly ShownInteraction[]
}

/** A pause of so long ends a visit where no session says more, in milliseconds: half an hour, as in web analytics. */
const PAUSE_MS = 30 * 60_000

/**
 * Groups a history, the newest first, into visits: interactions of one session, or without a session those without a
 * pause of half an hour.
 */
export function visitsOf(history: readonly ShownInteraction[]): readonly VisitOfUser[] {
  const visits: ShownInteraction[][] = []
  for (const interaction of history) {
    const visit = visits.at(-1)
    if (visit && belongs(interaction, visit.at(-1)!)) visit.push(interaction)
    else visits.push([interaction])
  }
  return visits.map(interactions => ({
    sessionId: interactions[0]!.sessionId,
    start: interactions.at(-1)!.timestamp,
    end: interactions[0]!.timestamp,
    interactions,
  }))
}

function belongs({ sessionId, timestamp }: ShownInteraction, later: ShownInteraction): boolean {
  if (sessionId !== later.sessionId) return false
  return sessionId !== undefined || Date.parse(later.timestamp) - Date.parse(timestamp) <= PAUSE_MS
}
