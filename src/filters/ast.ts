import type { DatasetType } from '../datasets/dataset-type.ts'
import type { Field } from '../datasets/schema.ts'

/**
 * A filter as a tree: as parsed (fields by name), as checked (fields of schemas) and as filled in (no placeholders).
 * `parser.ts` has the grammar.
 */
interface Filter<Reference, Value> {
  /** The expressions that `|` separates. */
  readonly expressions: readonly Expression<Reference, Value>[]
}

export interface Expression<Reference, Value> {
  readonly effect: 'INCLUDE' | 'EXCLUDE'
  readonly subject: Subject
  readonly where: Condition<Reference, Value>
  /** The comparisons of IF: all must be true of the current user. Empty without an IF. */
  readonly condition: readonly Comparison<Reference, Value>[]
}

/** The kind of id that a filter is about. */
export type Subject = (typeof subjects)[number]
export const subjects = ['ItemID', 'UserID', 'ActionID'] as const

export type Condition<Reference, Value> =
  | { readonly kind: 'and' | 'or'; readonly conditions: readonly Condition<Reference, Value>[] }
  | Comparison<Reference, Value>

export interface Comparison<Reference, Value> {
  readonly kind: 'comparison'
  readonly field: Reference
  readonly operator: Operator
  readonly value: Value
}

export const operators = ['=', '!=', '<', '<=', '>', '>=', 'IN', 'NOT IN'] as const
export type Operator = (typeof operators)[number]

/** The right side of a comparison. Only IN and NOT IN have more than one literal. */
export type Operand<Reference> = Literals | { readonly kind: 'field'; readonly field: Reference }
export interface Literals {
  readonly kind: 'literals'
  readonly literals: readonly Literal[]
}
/** A whole number beyond 2^53 is a bigint, as in the values of records. */
export type Literal = string | number | bigint

/** A value that each request sends: `$GENRE`. */
export interface Placeholder {
  readonly kind: 'placeholder'
  readonly name: string
}

/** Where a field is looked up. */
export type Source = DatasetType | 'CURRENT_USER' | 'CURRENT_ITEM'

/** A field as it is written: `Items.GENRES`. */
export interface FieldName {
  readonly source: Source
  readonly name: string
}

/** A field of a schema. */
export interface BoundField {
  readonly source: Source
  readonly field: Field
  /** The index of its value among a record's values; -1 for the record's id. */
  readonly place: number
}

export type ParsedFilter = Filter<FieldName, Operand<FieldName> | Placeholder>
export type CheckedFilter = Filter<BoundField, Operand<BoundField> | Placeholder>
export type FilledFilter = Filter<BoundField, Operand<BoundField>>

/** How messages and the guide write a source. */
export const sourceNames: Readonly<Record<Source, string>> = {
  INTERACTIONS: 'Interactions',
  USERS: 'Users',
  ITEMS: 'Items',
  ACTIONS: 'Actions',
  ACTION_INTERACTIONS: 'Action_Interactions',
  CURRENT_USER: 'CurrentUser',
  CURRENT_ITEM: 'CurrentItem',
}

/** The dataset that a source of conditions is read from. */
export function datasetOf(source: Source): DatasetType {
  return source === 'CURRENT_USER' ? 'USERS' : source === 'CURRENT_ITEM' ? 'ITEMS' : source
}

/** The comparisons of a condition, from left to right. */
export function comparisonsIn<Reference, Value>(
  condition: Condition<Reference, Value>,
): readonly Comparison<Reference, Value>[] {
  return condition.kind === 'comparison' ? [condition] : condition.conditions.flatMap(comparisonsIn)
}

/** The comparisons of an expression, those of its IF last. */
export function comparisonsOf<Reference, Value>({ where, condition }: Expression<Reference, Value>) {
  return [...comparisonsIn(where), ...condition]
}

/** The expression with other comparisons. */
export function mapComparisons<R1, V1, R2, V2>(
  expression: Expression<R1, V1>,
  change: (comparison: Comparison<R1, V1>) => Comparison<R2, V2>,
): Expression<R2, V2> {
  const changeIn = (condition: Condition<R1, V1>): Condition<R2, V2> =>
    condition.kind === 'comparison'
      ? change(condition)
      : { kind: condition.kind, conditions: condition.conditions.map(changeIn) }
  const { where, condition, ...rest } = expression
  return { ...rest, where: changeIn(where), condition: condition.map(change) }
}
