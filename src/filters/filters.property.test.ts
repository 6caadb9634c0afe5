import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { candidateOf, eventsOf, filterOf, type Properties } from '#test/filters.ts'
import { fc } from '#test/properties.ts'
import type { Value } from '../datasets/values.ts'
import {
  type Comparison,
  type Condition,
  type Expression,
  type FieldName,
  type Literal,
  type Operand,
  type ParsedFilter,
  type Placeholder,
  sourceNames,
} from './ast.ts'
import { parseFilter } from './parser.ts'

type Written = Operand<FieldName> | Placeholder

// An expression as text.

function print({ expressions }: ParsedFilter): string {
  return expressions.map(printExpression).join(' | ')
}

function printExpression({ effect, subject, where, condition }: Expression<FieldName, Written>): string {
  const when = condition.length > 0 ? ` IF ${condition.map(printCondition).join(' AND ')}` : ''
  return `${effect} ${subject} WHERE ${printCondition(where)}${when}`
}

function printCondition(condition: Condition<FieldName, Written>): string {
  if (condition.kind !== 'comparison') {
    const parts = condition.conditions.map(part => {
      return part.kind === 'or' || part.kind === condition.kind ? `(${printCondition(part)})` : printCondition(part)
    })
    return parts.join(condition.kind === 'and' ? ' AND ' : ' OR ')
  }
  const { field, operator, value } = condition
  const isList = operator.endsWith('IN') && value.kind !== 'field'
  return `${printField(field)} ${operator} ${isList ? `(${printValue(value)})` : printValue(value)}`
}

function printValue(value: Written): string {
  if (value.kind === 'placeholder') return `$${value.name}`
  return value.kind === 'field' ? printField(value.field) : value.literals.map(printLiteral).join(', ')
}

const printField = ({ source, name }: FieldName) => `${sourceNames[source]}.${name}`
const printLiteral = (literal: Literal) =>
  typeof literal === 'string' ? `"${literal.replace(/["\\]/g, '\\$&')}"` : String(literal)

// A second, slow and obvious implementation of what passes an expression.

interface World {
  readonly item: Properties & { readonly ITEM_ID: string }
  readonly user: Properties
  readonly currentItem: Properties
  readonly values: Readonly<Record<string, readonly Literal[]>>
  readonly events: readonly { readonly id: string; readonly eventType: string }[]
}

const PER_TYPE = 3

function passes({ expressions }: ParsedFilter, world: World): boolean {
  const known = expressions.filter(expression => !lacksValue(expression, world))
  const inEffect = known.filter(({ condition }) => condition.every(comparison => holds(comparison, world)))
  const includes = inEffect.filter(({ effect }) => effect === 'INCLUDE')
  const excludes = inEffect.filter(({ effect }) => effect === 'EXCLUDE')
  const included = includes.length === 0 || includes.some(({ where }) => holds(where, world))
  return included && !excludes.some(({ where }) => holds(where, world))
}

function lacksValue({ effect, where, condition }: Expression<FieldName, Written>, { values }: World): boolean {
  const names = [...JSON.stringify([where, condition], jsonOf).matchAll(/"placeholder","name":"(\w+)"/g)]
  return effect === 'EXCLUDE' && names.some(([, name]) => !(name! in values))
}

function holds(condition: Condition<FieldName, Written>, world: World): boolean {
  if (condition.kind !== 'comparison') {
    const parts = condition.conditions.map(part => holds(part, world))
    return condition.kind === 'and' ? !parts.includes(false) : parts.includes(true)
  }
  const { field, operator, value } = condition
  const others =
    value.kind === 'placeholder'
      ? world.values[value.name]!
      : value.kind === 'field'
        ? has(value.field, world)
        : value.literals
  const matches = has(field, world).some(one => others.some(other => (other === '*' ? true : one === other)))
  const numbers = has(field, world).flatMap(one => others.map(other => [Number(one), Number(other)] as const))
  switch (operator) {
    case '=':
    case 'IN':
      return matches
    case '!=':
    case 'NOT IN':
      return !matches
    case '<':
      return numbers.some(([one, other]) => one < other)
    case '<=':
      return numbers.some(([one, other]) => one <= other)
    case '>':
      return numbers.some(([one, other]) => one > other)
    case '>=':
      return numbers.some(([one, other]) => one >= other)
  }
}

/** The values of a field: none, one, or several categories. */
function has({ source, name }: FieldName, { item, user, currentItem, events }: World): readonly Literal[] {
  if (source === 'INTERACTIONS') {
    const counted = events.filter(({ eventType }, i) => {
      return events.slice(0, i).filter(earlier => earlier.eventType === eventType).length < PER_TYPE
    })
    return counted.filter(({ id }) => id === item.ITEM_ID).map(({ eventType }) => eventType)
  }
  const value = { ITEMS: item, CURRENT_USER: user, CURRENT_ITEM: currentItem }[source as 'ITEMS'][name] ?? null
  if (value === null) return []
  return ['GENRE', 'MEMBERSHIP'].includes(name) ? String(value).split('|') : [value as Literal]
}

const jsonOf = (_key: string, value: unknown) => (typeof value === 'bigint' ? String(value) : value)

// Random filters and worlds.

const record = <Shape extends Readonly<Record<string, fc.Arbitrary<unknown>>>>(shape: Shape) =>
  fc.record<{ [Key in keyof Shape]: Shape[Key] extends fc.Arbitrary<infer Of> ? Of : never }>(shape as never, {
    noNullPrototype: true,
  })

const strings = fc.constantFrom('a', 'b', 'c')
const numbers = fc.constantFrom(-1, 0, 0.5, 1, 2, 9007199254740993n)
const anyString = fc.string({ unit: 'binary', maxLength: 8 }).filter(text => !/^\$[A-Za-z_]\w*$/.test(text))
const anyNumber = fc.oneof(
  fc.double({ noNaN: true, noDefaultInfinity: true }).map(n => (Number.isInteger(n) ? Math.round(n % 1e6) : n) + 0),
  fc.bigInt({ min: 2n ** 53n }),
)

type Literals = fc.Arbitrary<Literal>

function comparisons(
  source: FieldName['source'],
  text: readonly string[],
  numeric: readonly string[],
  { s, n }: { s: Literals; n: Literals },
) {
  const compare = (names: readonly string[], operators: readonly string[], value: fc.Arbitrary<Written>) =>
    record({
      kind: fc.constant('comparison'),
      field: record({ source: fc.constant(source), name: fc.constantFrom(...names) }),
      operator: fc.constantFrom(...operators),
      value,
    }) as fc.Arbitrary<Comparison<FieldName, Written>>
  const literals = (literal: Literals, maxLength: number) =>
    record({ kind: fc.constant('literals'), literals: fc.array(literal, { minLength: 1, maxLength }) })
  const placeholder = (...names: string[]) =>
    record({ kind: fc.constant('placeholder'), name: fc.constantFrom(...names) })
  const item = (name: string) =>
    record({ kind: fc.constant('field'), field: fc.constant({ source: 'CURRENT_ITEM', name }) })
  const also = (name: string) => (source === 'ITEMS' ? [item(name)] : [])
  const written = (...of: fc.Arbitrary<unknown>[]) => fc.oneof(...of) as fc.Arbitrary<Written>
  return fc.oneof(
    compare(text, ['IN'], written(literals(s, 3), placeholder('LIST', 'OTHER'), ...also('GENRE'))),
    compare(text, ['NOT IN'], written(literals(s, 3), ...also('GENRE'))),
    compare(text, ['=', '!='], written(literals(s, 1), placeholder('ONE'), ...also('STUDIO'))),
    ...(numeric.length === 0
      ? []
      : [
          compare(
            numeric,
            ['=', '!=', '<', '<=', '>', '>='],
            written(literals(n, 1), placeholder('NUMBER'), ...also('PRICE')),
          ),
        ]),
  )
}

function conditions(leaf: fc.Arbitrary<Comparison<FieldName, Written>>) {
  const { tree } = fc.letrec<{ tree: Condition<FieldName, Written> }>(tie => ({
    tree: fc.oneof(
      { maxDepth: 3, depthSize: 'small' },
      leaf,
      record({
        kind: fc.constantFrom('and', 'or'),
        conditions: fc.array(tie('tree'), { minLength: 2, maxLength: 3 }),
      }),
    ),
  }))
  return tree
}

function filters(literals: { s: Literals; n: Literals }): fc.Arbitrary<ParsedFilter> {
  const where = fc.oneof(
    conditions(comparisons('ITEMS', ['GENRE', 'STUDIO', 'ITEM_ID'], ['PRICE', 'DOWNLOAD_COUNT'], literals)),
    conditions(
      comparisons('INTERACTIONS', ['EVENT_TYPE'], [], { ...literals, s: fc.oneof(literals.s, fc.constant('*')) }),
    ),
  )
  const ofUser = comparisons('CURRENT_USER', ['MEMBERSHIP'], ['AGE'], literals)
  const expression = record({
    effect: fc.constantFrom('INCLUDE', 'EXCLUDE'),
    subject: fc.constant('ItemID' as const),
    where,
    condition: fc.oneof({ weight: 2, arbitrary: fc.constant([]) }, fc.array(ofUser, { maxLength: 2 })),
  })
  return record({ expressions: fc.array(expression, { minLength: 1, maxLength: 4 }) })
}

const maybe = (value: fc.Arbitrary<Value>) => fc.option(value, { freq: 4 })
const categories = fc.uniqueArray(strings, { minLength: 1 }).map(all => all.join('|'))
const item = record({
  ITEM_ID: strings,
  GENRE: maybe(categories),
  STUDIO: maybe(strings),
  PRICE: maybe(fc.constantFrom(-1, 0, 0.5, 1, 2)),
  DOWNLOAD_COUNT: maybe(fc.constantFrom(0, 1, 9007199254740993n)),
})
const worlds: fc.Arbitrary<World> = record({
  item,
  currentItem: item,
  user: record({ AGE: maybe(fc.constantFrom(0, 1, 2)), MEMBERSHIP: maybe(categories) }),
  values: fc.record(
    {
      LIST: fc.array(strings, { minLength: 1, maxLength: 3 }),
      ONE: fc.tuple(strings),
      NUMBER: fc.tuple(numbers),
      OTHER: fc.tuple(strings),
    },
    { requiredKeys: ['LIST', 'ONE', 'NUMBER'] },
  ),
  events: fc.array(record({ id: strings, eventType: strings }), { maxLength: 20 }),
})

describe('any filter', () => {
  it('is parsed into the tree that it was written from', () => {
    const written = filters({ s: anyString, n: anyNumber })
    fc.assert(fc.property(written, filter => assert.deepEqual(parseFilter(print(filter)), filter)))
  })

  it('is refused with a message if it is not valid', () => {
    const words = [
      'INCLUDE',
      'ItemID',
      'WHERE',
      'Items',
      '.',
      'A',
      'IN',
      'NOT',
      '(',
      ')',
      '$A',
      '"a',
      '"a"',
      '1',
      '=',
      '|',
    ]
    const text = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.array(fc.constantFrom(...words)).map(all => all.join(' ')),
    )
    fc.assert(
      fc.property(text, text => {
        const message = /^Could not create filter\. Invalid input symbol: /
        assert.throws(() => parseFilter(text), { name: 'InvalidInputException', message })
      }),
    )
  })

  it('lets the same items pass, compiled, as a plain reading of the guide does', () => {
    fc.assert(
      fc.property(filters({ s: strings, n: numbers }), worlds, (filter, world) => {
        const text = print(filter)
        const names = new Set([...text.matchAll(/\$(\w+)/g)].map(([, name]) => name!))
        const isNeeded = filter.expressions.some(
          one => one.effect === 'INCLUDE' && printExpression(one).includes('$OTHER'),
        )
        fc.pre(!isNeeded || 'OTHER' in world.values)
        const given = Object.entries(world.values).filter(([name]) => names.has(name))
        const values = Object.fromEntries(given.map(([name, list]) => [name, list.map(printLiteral).join(',')]))
        const compiled = filterOf(text, values, {
          currentUser: candidateOf('USERS', 'u', world.user),
          currentItem: candidateOf('ITEMS', world.currentItem.ITEM_ID as string, world.currentItem),
          ...eventsOf(...world.events.map(({ id, eventType }) => [id, eventType] as const)),
          interactionsPerEventType: PER_TYPE,
        })
        assert.equal(compiled(candidateOf('ITEMS', world.item.ITEM_ID, world.item)), passes(filter, world))
      }),
      { numRuns: 3000 },
    )
  })
})
