import { InvalidInputException } from '../contract/errors.ts'
import { trimmed } from '../datasets/blanks.ts'
import { hintForNumber } from '../datasets/cell-hints.ts'
import type { Schemas } from '../datasets/of-group.ts'
import { inSeconds } from '../datasets/requirements.ts'
import { type Field, fieldNamed, idFields, valueFields } from '../datasets/schema.ts'
import { quote } from '../datasets/values.ts'
import {
  type BoundField,
  type CheckedFilter,
  type Comparison,
  comparisonsIn,
  comparisonsOf,
  datasetOf,
  type Expression,
  type FieldName,
  type Literal,
  mapComparisons,
  type Operand,
  type Operator,
  type ParsedFilter,
  type Placeholder,
  type Source,
  type Subject,
  sourceNames,
} from './ast.ts'
import { COULD_NOT } from './parser.ts'

/** Distinct fields of one filter (limits.md, the newer copy; 5 in 2023). */
const FILTER_FIELDS_MAX = 10

/** The most values in one request (FilterValues in the model). */
const PLACEHOLDERS_MAX = 25

type ParsedExpression = Expression<FieldName, Operand<FieldName> | Placeholder>

/**
 * Finds the fields of a filter in the schemas of its dataset group, and checks the guide's rules
 * (filter-expression-guidelines-requirements.md and creating-filter-expressions.md).
 *
 * Where the guide is silent:
 * - A field is found by its letters and digits, as in `properties`: AWS's own samples write `Interactions.event_type`.
 * - Strings may be compared with `=` and `!=`, as in the guide's `CurrentUser.MEMBERSHIP = $PREMIUM`.
 * - All expressions of a filter are about the same kind of id.
 * @throws InvalidInputException naming the field, its fault and a right value
 */
export function checkFilter(filter: ParsedFilter, schemas: Schemas): CheckedFilter {
  const { subject } = filter.expressions[0]!
  const other = filter.expressions.find(expression => expression.subject !== subject)
  if (other) refuse(`all of a filter must be about ${subject}, or all about ${other.subject}`)
  for (const expression of filter.expressions) {
    checkWhere(expression)
    checkIf(expression)
  }
  const bind = (comparison: Comparison<FieldName, Operand<FieldName> | Placeholder>) =>
    bindComparison(comparison, schemas)
  const checked = { expressions: filter.expressions.map(expression => mapComparisons(expression, bind)) }
  const fields = fieldsOf(checked)
  if (fields.length > FILTER_FIELDS_MAX)
    refuse(`a filter can have at most ${FILTER_FIELDS_MAX} distinct fields, got ${fields.length}: ${fields.join(', ')}`)
  const placeholders = placeholdersOf(checked)
  if (placeholders.size > PLACEHOLDERS_MAX)
    refuse(`a filter can have at most ${PLACEHOLDERS_MAX} placeholders, got ${placeholders.size}`)
  return checked
}

/**
 * Checks a filter that is not stored yet, as `checkFilter`. Its times must be in seconds as those of records are: with
 * one in milliseconds every item would pass, or none. Filters that were stored before this was asked go on.
 */
export function checkNewFilter(filter: ParsedFilter, schemas: Schemas): CheckedFilter {
  const checked = checkFilter(filter, schemas)
  for (const { field, value } of checked.expressions.flatMap(comparisonsOf)) {
    if (value.kind !== 'literals') continue
    const problem = value.literals.map(literal => timeFault(field.field, literal)).find(problem => problem)
    if (problem) refuse(`${show({ source: field.source, name: field.field.name })} ${problem}`)
  }
  return checked
}

/** The fault of a value that is compared with a time; undefined if there is none. */
export function timeFault({ rule }: Field, literal: Literal): string | undefined {
  return rule === inSeconds && typeof literal !== 'string' ? inSeconds(literal) : undefined
}

/** The distinct fields of a filter by dataset, such as `USERS.AGE` for `CurrentUser.age`. */
export function fieldsOf({ expressions }: CheckedFilter): readonly string[] {
  const fields = expressions.flatMap(comparisonsOf).flatMap(({ field, value }) => {
    return value.kind === 'field' ? [field, value.field] : [field]
  })
  return [...new Set(fields.map(({ source, field }) => `${datasetOf(source)}.${field.name}`))]
}

/** The placeholders of a filter by name, each with the comparisons that it is in. */
export function placeholdersOf({ expressions }: CheckedFilter): ReadonlyMap<string, readonly BoundComparison[]> {
  const withPlaceholder = expressions.flatMap(comparisonsOf).filter(({ value }) => value.kind === 'placeholder')
  return Map.groupBy(withPlaceholder, ({ value }) => (value as Placeholder).name)
}

type BoundComparison = Comparison<BoundField, Operand<BoundField> | Placeholder>

/** The datasets that the conditions of a WHERE can be about. The guide allows one dataset in each expression. */
const datasetsFor: Readonly<Record<Subject, readonly Source[]>> = {
  ItemID: ['ITEMS', 'INTERACTIONS'],
  UserID: ['USERS', 'INTERACTIONS'],
  ActionID: ['ACTIONS', 'ACTION_INTERACTIONS'],
}

function checkWhere({ subject, where }: ParsedExpression): void {
  const comparisons = comparisonsIn(where)
  const allowed = datasetsFor[subject]
  const misplaced = comparisons.find(({ field }) => !allowed.includes(field.source))?.field
  if (misplaced?.source === 'CURRENT_USER')
    refuse(`${show(misplaced)} can only be in an IF condition, at the end of an expression`)
  if (misplaced) {
    const right = allowed.map(source => sourceNames[source]).join(' or ')
    refuse(`${show(misplaced)} cannot filter by ${subject}: use ${right}`)
  }
  const first = comparisons[0]!.field
  const second = comparisons.find(({ field }) => field.source !== first.source)?.field
  if (second) refuse(`${show(second)} cannot be in one expression with ${show(first)}: chain two expressions with |`)
}

function checkIf({ subject, condition }: ParsedExpression): void {
  const elsewhere = condition.find(({ field }) => field.source !== 'CURRENT_USER')?.field
  if (elsewhere) refuse(`an IF condition can only be about CurrentUser, got ${show(elsewhere)}`)
  if (subject === 'UserID' && condition.length > 0)
    refuse(`${show(condition[0]!.field)}: a filter of users has no CurrentUser, use Users in WHERE`)
}

function bindComparison(
  { kind, field, operator, value }: Comparison<FieldName, Operand<FieldName> | Placeholder>,
  schemas: Schemas,
): BoundComparison {
  const bound = bindField(field, schemas)
  const name = show(field)
  checkOperator(bound.field, name, operator)
  if (value.kind === 'placeholder') return { kind, field: bound, operator, value }
  if (value.kind === 'literals') {
    for (const literal of value.literals) checkLiteral(bound, name, literal)
    return { kind, field: bound, operator, value: { ...value, literals: value.literals.map(readAs(bound.field)) } }
  }
  if (field.source !== 'ITEMS') refuse(`${name} cannot be compared with CurrentItem: only fields of Items can`)
  const item = bindField(value.field, schemas)
  if ((item.field.type === 'string') !== (bound.field.type === 'string'))
    refuse(
      `${name} is of type ${bound.field.type}, ${show(value.field)} of type ${item.field.type}: both must be strings or numbers`,
    )
  return { kind, field: bound, operator, value: { kind: 'field', field: item } }
}

/**
 * Recommendations leave out actions by these fields without a filter (filter-expression-guidelines-requirements.md).
 */
const automatic = ['EXPIRATION_TIMESTAMP', 'ACTION_EXPIRATION_TIMESTAMP', 'REPEAT_FREQUENCY']

function bindField(named: FieldName, schemas: Schemas): BoundField {
  const { source } = named
  const name = show(named)
  const schema = schemas[datasetOf(source)]
  if (!schema) refuse(`${name}: the dataset group has no dataset of type ${datasetOf(source)}`)
  const field = fieldNamed(schema.fields, named.name)
  if (!field)
    refuse(`${name} is not a field of the schema, which has ${schema.fields.map(({ name }) => name).join(', ')}`)
  if (isEvents(source) && field.name !== 'EVENT_TYPE')
    refuse(`${name}: ${sourceNames[source]} can only be filtered by EVENT_TYPE`)
  if (field.type === 'boolean')
    refuse(`${name} is of type boolean: use a string of "True" or "False", or an int or long of 0 or 1, in the schema`)
  if (field.textual) refuse(`${name} is textual: use a field of categories, strings or numbers`)
  if (source === 'ACTIONS' && automatic.includes(field.name))
    refuse(`${name} cannot be used: actions are left out by it without a filter`)
  const isId = field.name === idFields[schema.datasetType]
  return { source, field, place: isId ? -1 : valueFields(schema).indexOf(field) }
}

function checkOperator({ type }: Field, name: string, operator: Operator): void {
  const allowed: readonly Operator[] = type === 'string' ? stringOperators : numberOperators
  if (!allowed.includes(operator))
    refuse(`${name} is of type ${type}, which ${operator} does not compare: use ${allowed.join(', ')}`)
}

const stringOperators = ['IN', 'NOT IN', '=', '!='] as const
const numberOperators = ['=', '!=', '<', '<=', '>', '>='] as const

function checkLiteral({ source, field }: BoundField, name: string, literal: Literal): void {
  const given = typeof literal === 'string' ? quote(literal) : literal
  if (field.type === 'string' && typeof literal !== 'string')
    refuse(`${name} is of type string: its values must be in quotes, as "${literal}"`)
  if (field.type !== 'string' && typeof literal === 'string')
    refuse(
      `${name} is of type ${field.type}: its value must be a number without quotes, got ${given}${hintForNumber(literal)}`,
    )
  if (literal === '*' && !isEvents(source)) refuse(`${name}: * is only for the EVENT_TYPE of interactions`)
}

/**
 * Returns a function that reads a literal as the field's values are stored. Strings lose the blanks around them, and
 * numbers of a float or double field become doubles.
 */
export function readAs({ type }: Field): (literal: Literal) => Literal {
  if (type === 'string') return literal => (typeof literal === 'string' ? trimmed(literal) : literal)
  return literal => (typeof literal === 'bigint' && (type === 'float' || type === 'double') ? Number(literal) : literal)
}

/** Whether a field of this source is the type of an event. */
export function isEvents(source: Source): source is 'INTERACTIONS' | 'ACTION_INTERACTIONS' {
  return source === 'INTERACTIONS' || source === 'ACTION_INTERACTIONS'
}

const show = ({ source, name }: FieldName) => `${sourceNames[source]}.${name.slice(0, 40)}`

function refuse(problem: string): never {
  throw new InvalidInputException(`${COULD_NOT}Invalid Expression: ${problem}`)
}
