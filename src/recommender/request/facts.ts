import type { Evidence } from '../../engine/evidence.ts'
import type { Recipe } from '../../recipes/recipe.ts'
import type { FoundInteraction } from '../../store/rows.ts'
import { countFeature } from '../families/next-best-action.ts'
import type { Person, Query } from '../families/ranker.ts'
import type { Setting } from './request.ts'

/** This many of the newest events are left out one by one, and this many properties. */
export const EVENTS_LEFT_OUT = 20
export const PROPERTIES_LEFT_OUT = 50

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
  { query, model }: Setting,
  { request }: Recipe,
  told: readonly FoundInteraction[],
  sessionId: string | undefined,
): readonly Fact[] {
  const { person, context } = query
  if (!person || request.userId === 'unused') return []
  const ofPerson = (evidence: Evidence, without: Person): Fact => ({ evidence, without: { ...query, person: without } })
  const isWanted = (at: number) => sessionId === undefined || told[at]?.sessionId === sessionId
  // A history has the newest event last, a past has it first.
  const places = [...told.keys()].filter(isWanted)
  const newest = model.isOfActions ? places.slice(0, EVENTS_LEFT_OUT) : places.slice(-EVENTS_LEFT_OUT)
  const known = (texts: readonly (string | null)[]) =>
    texts.flatMap((text, column) => (text === null ? [] : [column])).slice(0, PROPERTIES_LEFT_OUT)
  const counts = [...(person.eventCounts ?? [])].slice(0, PROPERTIES_LEFT_OUT)
  return [
    ...newest.map(at => ofPerson({ kind: 'event', at }, withoutEvent(person, at, model.isOfActions))),
    ...known(person.properties).map(column =>
      ofPerson(
        { kind: 'properties', columns: [column] },
        { ...person, properties: person.properties.with(column, null) },
      ),
    ),
    ...counts.map(([type, count]) => {
      const eventCounts = new Map(counts.filter(([other]) => other !== type))
      return ofPerson({ kind: 'fact', name: countFeature(type, count) }, { ...person, eventCounts })
    }),
    ...known(context ?? []).map((column): Fact => {
      return { evidence: { kind: 'context', column }, without: { ...query, context: context!.with(column, null) } }
    }),
  ]
}

function withoutEvent(person: Person, at: number, isOfActions: boolean): Person {
  if (isOfActions) return { ...person, past: person.past?.toSpliced(at, 1) ?? [] }
  const others = (_: number, place: number) => place !== at
  return { ...person, history: person.history.filter(others), weights: person.weights.filter(others) }
}
