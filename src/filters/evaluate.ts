import { InvalidInputException } from '../contract/errors.ts'
import { foldName } from '../datasets/names.ts'
import type { BoundField, Comparison, Condition, FilledFilter, Literal, Operand, Operator } from './ast.ts'
import { isEvents } from './check.ts'
import type { DatasetRecord, FieldValue } from './dataset-record.ts'

/** The data that a filter reads besides the candidates. */
export interface FilterContext {
  /** The user of the request; without fields if it has no record. */
  readonly currentUser?: DatasetRecord | undefined
  /** The item of a request for related items; without fields if it has no record. */
  readonly currentItem?: DatasetRecord | undefined
  /**
   * Newest first. In a filter by ItemID or ActionID: the ids that the current user interacted with. In a filter by
   * UserID: the user of each interaction. At least `interactionsPerEventType` of each event type, if there are as many.
   */
  readonly interactions?: Interactions<string>
  /** How many interactions of a user and event type count: by default the guide's 100, or 300 of actions. */
  readonly interactionsPerEventType?: number
}

/** Interactions as filters see them: the event type of each, and whose or of what it is, for those that ask. */
export interface Interactions<Id> {
  readonly eventTypes: readonly string[]
  readonly idOf: (place: number) => Id
}

type Test<Tested> = (tested: Tested) => boolean

/**
 * Compiles a filter without placeholders into a test of candidates, which is true of those that pass.
 *
 * Chained expressions mean (any INCLUDE) minus (any EXCLUDE), in any order. Without INCLUDE all are included
 * (multiple-expression-example.md). A categorical field matches if any of its categories is equal. Event types match in
 * any case. Event types of actions also match with any separator between the words (`Not Taken`, `NOT_TAKEN`).
 *
 * Where the guide is silent:
 * - NOT IN and != are the opposite of IN and =, as the guide takes `INCLUDE … NOT IN` for `EXCLUDE … IN`. So null, or a
 *   missing record, is never IN, =, < or >, and always NOT IN and !=. `EVENT_TYPE NOT IN ("click")` is true of an item
 *   that was never clicked.
 * - An expression whose IF is false is left out, as is an EXCLUDE without values. If no INCLUDE remains, all are
 *   included: the rule is not for this user.
 * - Conditions on event types are about an item, not about one interaction: IN ("view") AND IN ("buy") means that the
 *   item was viewed and bought.
 * @throws InvalidInputException for CurrentItem in a request that is not for related items
 */
export function compileFilter(filter: FilledFilter, context: FilterContext): Test<DatasetRecord> {
  const compile = compileComparisons(context)
  const inEffect = expressionsInEffect(filter, context)
  const tests = (effect: 'INCLUDE' | 'EXCLUDE') =>
    inEffect
      .filter(expression => expression.effect === effect)
      .map(({ where }) => compileCondition(where, compile.test))
  const [included, excluded] = [tests('INCLUDE'), tests('EXCLUDE')]
  if (excluded.length === 0) return included.length === 0 ? () => true : any(included)
  const isExcluded = any(excluded)
  if (included.length === 0) return candidate => !isExcluded(candidate)
  const isIncluded = any(included)
  return candidate => isIncluded(candidate) && !isExcluded(candidate)
}

/** The expressions whose IF is true of the current user. */
export function expressionsInEffect(
  { expressions }: FilledFilter,
  context: FilterContext,
): FilledFilter['expressions'] {
  const { holdsOfUser } = compileComparisons(context)
  return expressions.filter(({ condition }) => condition.every(holdsOfUser))
}

type FilledComparison = Comparison<BoundField, Operand<BoundField>>
type FilledCondition = Condition<BoundField, Operand<BoundField>>

function compileCondition<Tested>(
  condition: FilledCondition,
  compile: (comparison: FilledComparison) => Test<Tested>,
): Test<Tested> {
  if (condition.kind === 'comparison') return compile(condition)
  const tests = condition.conditions.map(part => compileCondition(part, compile))
  return condition.kind === 'and' ? all(tests) : any(tests)
}

function compileComparisons(context: FilterContext) {
  let ofEvents: ReturnType<typeof compileEvents<string>> | undefined
  return {
    /** Whether a comparison of an IF is true of the current user. */
    holdsOfUser(comparison: FilledComparison): boolean {
      return valueTest(comparison, context)(context.currentUser && valueIn(comparison.field, context.currentUser))
    },
    test(comparison: FilledComparison): Test<DatasetRecord> {
      const { source, place } = comparison.field
      if (isEvents(source)) {
        ofEvents ??= compileEvents(context.interactions ?? NONE, context.interactionsPerEventType)
        const had = ofEvents(comparison)
        return ({ id }) => had(id)
      }
      const test = valueTest(comparison, context)
      return place < 0 ? ({ id }) => test(id) : ({ fields }) => test(fields[place])
    },
  }
}

const NONE: Interactions<never> = {
  eventTypes: [],
  idOf() {
    throw new RangeError('There is no interaction')
  },
}

/** How many of a user's interactions of a type a filter looks at, the newest, unless told otherwise. */
export const INTERACTIONS_PER_EVENT_TYPE = { INTERACTIONS: 100, ACTION_INTERACTIONS: 300 } as const

const eventTypeKeys = {
  INTERACTIONS: (eventType: string) => eventType.toLowerCase(),
  ACTION_INTERACTIONS: foldName,
} as const

/**
 * Compiles a condition on event types alone into a test of ids, which is true of those that pass.
 * @param interactions as in `FilterContext`
 */
export function compileEventCondition<Id>(condition: FilledCondition, interactions: Interactions<Id>): Test<Id> {
  return compileCondition(condition, compileEvents(interactions))
}

/** Returns a function that compiles comparisons of event types. */
function compileEvents<Id>(interactions: Interactions<Id>, most?: number) {
  return ({ field: { source }, operator, value }: FilledComparison): Test<Id> => {
    const events = source as keyof typeof eventTypeKeys
    const keyOf = eventTypeKeys[events]
    const types = value.kind === 'literals' ? value.literals.map(String) : []
    const wanted = types.includes('*') ? undefined : new Set(types.map(keyOf))
    const ids = idsOf(interactions, keyOf, wanted, most ?? INTERACTIONS_PER_EVENT_TYPE[events])
    return isNegative(operator) ? id => !ids.has(id) : id => ids.has(id)
  }
}

/** The ids in the interactions that count: the newest of each event type with a wanted key, or of all types. */
function idsOf<Id>(
  { eventTypes, idOf }: Interactions<Id>,
  keyOf: (eventType: string) => string,
  wanted: ReadonlySet<string> | undefined,
  most: number,
): ReadonlySet<Id> {
  const ids = new Set<Id>()
  const lefts = new Map<string, number>()
  let [type, key, left]: [string | undefined, string, number] = [undefined, '', 0]
  for (let place = 0; place < eventTypes.length; place++) {
    // Most events have the type of the one before.
    if (eventTypes[place] !== type) {
      if (type !== undefined) lefts.set(key, left)
      type = eventTypes[place]!
      key = keyOf(type)
      left = lefts.get(key) ?? (!wanted || wanted.has(key) ? most : 0)
    }
    if (left-- > 0) ids.add(idOf(place))
  }
  return ids
}

const isNegative = (operator: Operator) => operator === 'NOT IN' || operator === '!='

/** The test of a comparison for values of its field. */
function valueTest(
  { field: { field }, operator, value }: FilledComparison,
  context: FilterContext,
): Test<FieldValue | undefined> {
  const literals = value.kind === 'literals' ? value.literals : currentItemValues(value.field, context)
  const positive = field.type === 'string' ? stringTest(field.categorical, literals) : numberTest(operator, literals[0])
  return isNegative(operator) ? tested => !positive(tested) : positive
}

function currentItemValues(bound: BoundField, { currentItem }: FilterContext): readonly Literal[] {
  if (!currentItem) {
    throw new InvalidInputException(
      `The filter compares with CurrentItem.${bound.field.name}: only related items have a CurrentItem`,
    )
  }
  const value = valueIn(bound, currentItem)
  if (value == null) return []
  return Array.isArray(value) ? value : [value as Literal]
}

function valueIn({ place }: BoundField, { id, fields }: DatasetRecord): FieldValue | undefined {
  return place < 0 ? id : fields[place]
}

function stringTest(categorical: boolean, literals: readonly Literal[]): Test<FieldValue | undefined> {
  const wanted = new Set<unknown>(literals)
  if (!categorical) return tested => wanted.has(tested)
  return tested => {
    if (tested == null) return false
    for (const category of tested as readonly string[]) if (wanted.has(category)) return true
    return false
  }
}

/** Uses <= and >= for equality: `===` is never true between a number and a bigint. */
function numberTest(operator: Operator, literal: Literal | undefined): Test<FieldValue | undefined> {
  if (literal === undefined) return () => false
  const than = literal as number
  switch (operator) {
    case '<':
      return tested => tested != null && (tested as number) < than
    case '<=':
      return tested => tested != null && (tested as number) <= than
    case '>':
      return tested => tested != null && (tested as number) > than
    case '>=':
      return tested => tested != null && (tested as number) >= than
    default:
      return tested => tested != null && (tested as number) <= than && (tested as number) >= than
  }
}

function all<Tested>(tests: readonly Test<Tested>[]): Test<Tested> {
  return tests.reduce((first, second) => candidate => first(candidate) && second(candidate))
}

function any<Tested>(tests: readonly Test<Tested>[]): Test<Tested> {
  return tests.reduce((first, second) => candidate => first(candidate) || second(candidate))
}
