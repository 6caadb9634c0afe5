import { fieldNamed, type Schema, valueFields } from '../../datasets/schema.ts'
import { picked, type Ranked } from '../../engine/ranked.ts'
import type { FieldValue } from '../../filters/dataset-record.ts'
import type { Objective } from '../training/plan.ts'

/** This many of the most relevant items are put in another order; the items after them come as they are. */
const REORDERED = 500

/** How many of the most relevant items are needed for `count` items in an objective's order. */
export function neededFor(count: number, objective: Objective | undefined): number {
  return isInEffect(objective) ? Math.max(count, REORDERED) : count
}

const isInEffect = (objective: Objective | undefined): objective is Objective =>
  objective !== undefined && objective.sensitivity !== 0

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
  ranked: Ranked,
  { schema, fieldsOf }: Valued,
  objective: Objective | undefined,
): Ranked {
  if (!isInEffect(objective)) return ranked
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

function reordered(ranked: Ranked, worthOf: (item: number) => number, { sensitivity }: Objective): Ranked {
  const all = [...ranked.items.keys()]
  const first = all.slice(0, REORDERED)
  const values = first.map(place => worthOf(ranked.items[place]!))
  const byValue = first.toSorted((a, b) => values[b]! - values[a]! || a - b)
  const cost = first.map(place => Math.log2(2 + place))
  for (const [place, one] of byValue.entries()) cost[one]! += sensitivity * Math.log2(2 + place)
  const order = first.toSorted((a, b) => cost[a]! - cost[b]! || a - b)
  return { ...picked(ranked, [...order, ...all.slice(REORDERED)]), scores: ranked.scores }
}
