import { fieldNamed, type Schema, valueFields } from '../../datasets/schema.ts'
import type { Ranked } from '../../engine/ranked.ts'
import type { FieldValue } from '../../filters/dataset-record.ts'
import type { Objective } from '../training/plan.ts'

/** This many of the most relevant items are put in another order; the items after them come as they are. */
const REORDERED = 500

/** The items that an objective is about: their schema, and the values of each. */
export interface Valued {
  readonly schema: Schema
  fieldsOf(item: number): readonly FieldValue[]
}

/**
 * Puts items that bring more of an objective, such as PRICE, further up (optimizing-solution-for-objective.md). It
 * aggregates ranks: an item's place by relevance and its place by the attribute, the latter times the sensitivity.
 * Scores keep their places, so that they fall whichever item has them.
 */
export function towardsObjective(
  ranked: Iterable<Ranked>,
  { schema, fieldsOf }: Valued,
  objective: Objective | undefined,
): Iterable<Ranked> {
  if (!objective || objective.sensitivity === 0) return ranked
  const place = placeOf(schema, objective)
  return place < 0
    ? ranked
    : reordered(ranked, item => Number(fieldsOf(item)[place] ?? Number.NEGATIVE_INFINITY), objective)
}

/** The place of the objective's attribute among the values of an item; −1 where the schema has no such field. */
export function placeOf(schema: Schema, { attribute }: Objective): number {
  const fields = valueFields(schema)
  return fields.indexOf(fieldNamed(fields, attribute)!)
}

function* reordered(
  ranked: Iterable<Ranked>,
  worthOf: (item: number) => number,
  { sensitivity }: Objective,
): Generator<Ranked, void, undefined> {
  const rest = ranked[Symbol.iterator]()
  const first: Ranked[] = []
  for (let next = rest.next(); !next.done; next = rest.next()) {
    first.push(next.value)
    if (first.length === REORDERED) break
  }
  const values = first.map(({ item }) => worthOf(item))
  const byValue = first.map((_, i) => i).sort((a, b) => values[b]! - values[a]! || a - b)
  const cost = first.map((_, i) => Math.log2(2 + i))
  for (const [at, i] of byValue.entries()) cost[i]! += sensitivity * Math.log2(2 + at)
  const order = first.map((_, i) => i).sort((a, b) => cost[a]! - cost[b]! || a - b)
  for (const [at, i] of order.entries()) yield { item: first[i]!.item, score: first[at]!.score }
  for (let next = rest.next(); !next.done; next = rest.next()) yield next.value
}
