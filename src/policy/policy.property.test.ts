import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { fc } from '#test/properties.ts'
import { ask, readPolicy } from './policy.ts'

/**
 * Policies of few letters, so that patterns often match, against an evaluator that is slow and plain: each pattern is a
 * regular expression, each rule of the guide a line.
 */

type Values = Readonly<Record<string, readonly string[]>>

const oneOrMore = <Value>(value: fc.Arbitrary<Value>) =>
  fc.oneof(value, fc.array(value, { minLength: 1, maxLength: 3 }))
const word = fc.string({ unit: fc.constantFrom('a', 'b', 'A', '*', '?', ':', '/', '.', '$'), maxLength: 6 })
const plainWord = fc.string({ unit: fc.constantFrom('a', 'b', 'A', ':', '/', '*', '?', '.', '$'), maxLength: 5 })
const service = fc.constantFrom('personalize', 'PERSONALIZE', 'sts', 'person*')
const name = fc.string({ unit: fc.constantFrom('P', 'p', 'u', 't', '*', '?'), minLength: 1, maxLength: 4 })
const action = fc.oneof(
  fc.constant('*'),
  fc.tuple(service, name).map(parts => parts.join(':')),
)
const field = fc.constantFrom('*', 'a', 'b', '?', 'a*')
const resource = fc.oneof(
  fc.constant('*'),
  fc.tuple(field, field, field, field, word).map(([p, s, r, a, rest]) => `arn:${p}:${s}:${r}:${a}:${rest}x`),
)

const KEYS = { 'aws:username': 1, 'aws:ResourceTag/a': 1, 'aws:EpochTime': 1, 'aws:TagKeys': 2 }
const SETS = ['ForAllValues:', 'ForAnyValue:']
const condition = fc
  .record({
    key: fc.constantFrom(...(Object.keys(KEYS) as (keyof typeof KEYS)[])),
    set: fc.constantFrom('', ...SETS),
    operator: fc.constantFrom(
      'StringEquals',
      'StringNotEquals',
      'StringLike',
      'StringNotLike',
      'StringEqualsIgnoreCase',
      'NumericLessThan',
      'NumericNotEquals',
      'Null',
    ),
    ifExists: fc.constantFrom('', 'IfExists'),
    words: oneOrMore(word.map(text => text.replaceAll('$', ''))),
    numbers: oneOrMore(fc.integer({ min: -2, max: 2 }).map(String)),
    isNull: fc.constantFrom('true', 'false'),
  })
  .map(({ key, set, operator, ifExists, words, numbers, isNull }) => {
    if (operator === 'Null') return { Null: { [key]: isNull } }
    const quantifier = KEYS[key] === 2 && set === '' ? 'ForAnyValue:' : set
    return { [`${quantifier}${operator}${ifExists}`]: { [key]: operator.startsWith('Numeric') ? numbers : words } }
  })

const statement = fc
  .record({
    effect: fc.constantFrom('Allow', 'Allow', 'Deny'),
    actions: oneOrMore(action),
    notAction: fc.boolean(),
    resources: oneOrMore(resource.map(text => text.replaceAll('$', ''))),
    notResource: fc.boolean(),
    condition: fc.option(condition, { nil: undefined }),
  })
  .map(given => ({
    Effect: given.effect,
    [given.notAction ? 'NotAction' : 'Action']: given.actions,
    [given.notResource ? 'NotResource' : 'Resource']: given.resources,
    ...(given.condition && { Condition: given.condition }),
  }))

const request = fc.record({
  action: fc
    .tuple(
      fc.constantFrom('personalize', 'sts'),
      fc.string({ unit: fc.constantFrom('P', 'p', 'u', 't'), minLength: 1, maxLength: 4 }),
    )
    .map(parts => parts.join(':')),
  resource: fc.oneof(
    fc.constant('*'),
    fc
      .tuple(fc.constantFrom('a', 'b'), fc.constantFrom('a', 'b', ''), plainWord)
      .map(([a, b, rest]) => `arn:${a}:${b}:${a}:${b}:${rest}x`),
  ),
  shownAs: fc.option(
    fc.constantFrom('a', 'b').map(region => `arn:a:b:${region}:b:ax`),
    { nil: undefined },
  ),
  values: fc.record(
    {
      'aws:username': plainWord.map(text => [text]),
      'aws:resourcetag/a': plainWord.map(text => [text]),
      'aws:epochtime': fc.constantFrom('-1', '0', '1', 'a').map(text => [text]),
      'aws:tagkeys': fc.array(plainWord, { maxLength: 3 }),
    },
    { requiredKeys: [] },
  ),
})

const list = (value: unknown): readonly string[] => [value].flat() as string[]

const likeRegExp = (pattern: string, flags = 's') =>
  new RegExp(
    `^${[...pattern].map(c => (c === '*' ? '.*' : c === '?' ? '.' : `\\u{${c.codePointAt(0)!.toString(16)}}`)).join('')}$`,
    `${flags}u`,
  )

/** A partition, a region and an account may be written in any way where a match refuses. */
const ANYWHERE = [/^$/, /^\*$|^aws/, /^$/, /^[ab?*]*$/, /^[?*]*$/, /^$/]

function arnMatches(pattern: string, arn: string, refuses = false): boolean {
  if (pattern === '*') return true
  if (arn === '*') return false
  const split = (text: string) => {
    const fields = text.split(':')
    return [...fields.slice(0, 5), fields.slice(5).join(':')]
  }
  const fields = split(arn)
  return split(pattern).every((one, i) => (refuses && ANYWHERE[i]!.test(one)) || likeRegExp(one).test(fields[i]!))
}

const numberOf = (text: string) => (/\d/.test(text) ? Number(text) : Number.NaN)

function isEqual(operator: string, wanted: string, value: string): boolean {
  if (operator === 'StringEqualsIgnoreCase') return wanted.toLowerCase() === value.toLowerCase()
  if (operator.endsWith('Like')) return likeRegExp(wanted).test(value)
  if (operator === 'NumericLessThan') return numberOf(value) < Number(wanted)
  if (operator === 'NumericNotEquals') return numberOf(value) === Number(wanted)
  return wanted === value
}

function holds(operator: string, key: string, wanted: readonly string[], values: Values): boolean {
  const found = values[key.toLowerCase()] ?? []
  if (operator === 'Null') return wanted.includes(String(found.length === 0))
  const [, set, bare, exists] = /^(ForAllValues:|ForAnyValue:|)(\w+?)(IfExists|)$/.exec(operator)!
  if (found.length === 0 && exists) return true
  const isNot = bare!.includes('Not')
  const one = (value: string) => {
    const isWanted = wanted.some(text => isEqual(bare!, text, value))
    return isNot ? !isWanted : isWanted
  }
  if (set === 'ForAllValues:') return found.every(one)
  if (set === 'ForAnyValue:') return found.some(one)
  return found.length === 0 ? isNot : one(found[0]!)
}

type Given = Readonly<Record<string, unknown>>
type Case = {
  readonly action: string
  readonly resource: string
  readonly shownAs: string | undefined
  readonly values: Values
}

function slowAnswer(statements: readonly Given[], { action, resource, shownAs, values }: Case) {
  const isAbout = (one: Given) => {
    const inActions = list(one.Action ?? one.NotAction).some(pattern => likeRegExp(pattern, 'si').test(action))
    const refuses = (one.Effect === 'Deny') === 'Resource' in one
    const inResources = list(one.Resource ?? one.NotResource).some(
      pattern =>
        arnMatches(pattern, resource, refuses) || (!refuses && shownAs !== undefined && arnMatches(pattern, shownAs)),
    )
    const conditions = Object.entries((one.Condition ?? {}) as Record<string, Record<string, unknown>>)
    return (
      inActions === 'Action' in one &&
      inResources === 'Resource' in one &&
      conditions.every(([name, keys]) =>
        Object.entries(keys).every(([key, texts]) => holds(name, key, list(texts), values)),
      )
    )
  }
  const about = statements.filter(isAbout)
  if (about.some(one => one.Effect === 'Deny')) return 'denied'
  return about.length > 0 ? 'allowed' : 'unmentioned'
}

describe('a policy', () => {
  it('answers as a slow and plain evaluator does', () => {
    const seen = new Set<string>()
    fc.assert(
      fc.property(fc.array(statement, { minLength: 1, maxLength: 4 }), request, (statements, asked) => {
        const policy = readPolicy({ Version: '2012-10-17', Statement: statements })
        const context = (key: string) => (asked.values as Values)[key]
        const expected = slowAnswer(statements, asked as Case)
        seen.add(expected)
        // Twice: the second answer may be a remembered one
        for (let i = 0; i < 2; i++) assert.equal(ask(policy, { ...asked, context }), expected)
      }),
      { numRuns: 5000 },
    )
    assert.deepEqual([...seen].sort(), ['allowed', 'denied', 'unmentioned'])
  })
})
