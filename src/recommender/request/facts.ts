import type { Evidence } from '../../engine/evidence.ts'
import type { Recipe } from '../../recipes/recipe.ts'
import type { FoundInteraction } from '../../store/rows.ts'
import { countFeature } from '../families/next-best-action.ts'
import type { Query, RequestUser } from '../families/ranker.ts'
import type { PreparedRequest } from './request.ts'

/** This many of the newest events are left out one by one, and this many properties. */
const EVENTS_LEFT_OUT = 20
const PROPERTIES_LEFT_OUT = 50

/** One thing that is known of a user or a request, and the question without it. */
export interface Fact {
  readonly evidence: Evidence
  readonly without: Query
}

/** A name for evidence: the same for all that comes of one event, property, context or other fact. */
export function keyOf(evidence: Evidence): string {
  if (evidence.kind === 'event') return `event ${evidence.at}`
  if (evidence.kind === 'properties') return `properties ${evidence.columns.join()}`
  if (evidence.kind === 'context') return `context ${evidence.column}`
  return evidence.kind === 'fact' ? `fact ${evidence.name}` : evidence.kind
}

/**
 * The facts that a recommendation may come from, each with the question without it: the newest events, the properties,
 * the contexts.
 */
export function factsOf(
  { query, model }: PreparedRequest,
  { request }: Recipe,
  told: readonly FoundInteraction[],
  sessionId: string | undefined,
): readonly Fact[] {
  const { user, context } = query
  if (!user || request.userId === 'unused') return []
  const ofUser = (evidence: Evidence, without: RequestUser): Fact => ({
    evidence,
    without: { ...query, user: without },
  })
  const isWanted = (at: number) => sessionId === undefined || told[at]?.sessionId === sessionId
  // A history has the newest event last, a past has it first.
  const places = [...told.keys()].filter(isWanted)
  const newest = model.isOfActions ? places.slice(0, EVENTS_LEFT_OUT) : places.slice(-EVENTS_LEFT_OUT)
  const known = (texts: readonly (string | null)[]) =>
    texts.flatMap((text, column) => (text === null ? [] : [column])).slice(0, PROPERTIES_LEFT_OUT)
  const counts = [...(user.eventCounts ?? [])].slice(0, PROPERTIES_LEFT_OUT)
  return [
    ...newest.map(at => ofUser({ kind: 'event', at }, withoutEvent(user, at, model.isOfActions))),
    ...known(user.properties).map(column =>
      ofUser({ kind: 'properties', columns: [column] }, { ...user, properties: user.properties.with(column, null) }),
    ),
    ...counts.map(([type, count]) => {
      const eventCounts = new Map(counts.filter(([other]) => other !== type))
      return ofUser({ kind: 'fact', name: countFeature(type, count) }, { ...user, eventCounts })
    }),
    ...known(context ?? []).map((column): Fact => {
      return { evidence: { kind: 'context', column }, without: { ...query, context: context!.with(column, null) } }
    }),
  ]
}

function withoutEvent(user: RequestUser, at: number, isOfActions: boolean): RequestUser {
  if (isOfActions) return { ...user, past: user.past?.toSpliced(at, 1) ?? [] }
  const others = (_: number, place: number) => place !== at
  return { ...user, history: user.history.filter(others), weights: user.weights.filter(others) }
}
