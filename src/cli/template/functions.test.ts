import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { parse } from 'yaml'
import { evaluate, evaluateCondition, NO_VALUE, type Scope } from './functions.ts'
import { readTemplate } from './read.ts'

const values: Readonly<Record<string, unknown>> = {
  Stage: 'prod',
  Zones: ['a', 'b', 'c'],
  Group: 'arn:group',
  'Group.Name': 'shop',
  'AWS::NoValue': NO_VALUE,
  'AWS::Region': 'eu-west-1',
}
const lookUp = (name: string) => {
  if (name in values) return values[name]
  throw new Error(`there is no ${name}`)
}
const scope: Scope = {
  ref: lookUp,
  attribute: (id, attribute) => lookUp(`${id}.${attribute}`),
  mapping: () => ({ prod: { Size: 5 }, dev: { Size: 1 } }),
  condition: name => name === 'Yes',
}

/** The value of a YAML text with short forms. */
const valueIn = (text: string) => {
  const { Resources } = readTemplate(`Resources:\n  R:\n    Type: X\n    Properties:\n      V: ${text}`)
  return evaluate(Resources.R!.Properties!.V, scope, 'R.Properties.V')
}

describe('the functions of a template', () => {
  for (const [text, expected] of [
    ['!Ref Group', 'arn:group'],
    ['{ Ref: Stage }', 'prod'],
    ['!GetAtt Group.Name', 'shop'],
    ['{ "Fn::GetAtt": [Group, Name] }', 'shop'],
    ['!GetAtt [Group, Name]', 'shop'],
    [`!Sub "\${Stage}-\${Group.Name}-\${AWS::Region}-\${!Kept}"`, `prod-shop-eu-west-1-\${Kept}`],
    [`!Sub ["\${Own}/\${Stage}", { Own: !Ref Group, Stage: mine }]`, 'arn:group/mine'],
    ['!Join ["-", [a, !Ref Stage, 3]]', 'a-prod-3'],
    ['!Join [",", !Ref Zones]', 'a,b,c'],
    ['!Select [1, !Ref Zones]', 'b'],
    ['!Select ["2", !Split ["/", "x/y/z"]]', 'z'],
    ['!FindInMap [Sizes, !Ref Stage, Size]', 5],
    ['!FindInMap [Sizes, none, Size, { DefaultValue: 7 }]', 7],
    ['!If [Yes, 1, 2]', 1],
    ['!If [No, 1, !If [Yes, 3, 4]]', 3],
    ['{ A: !If [No, 1, !Ref "AWS::NoValue"], B: [!Ref "AWS::NoValue", 2] }', { B: [2] }],
    ['!Base64 hi', 'aGk='],
    ['!Length [1, 2]', 2],
    ['!ToJsonString { a: !Ref Stage }', '{"a":"prod"}'],
    ['{ Ref: Stage, Other: 1 }', { Ref: 'Stage', Other: 1 }],
  ] as const)
    it(`evaluates ${text}`, () => assert.deepEqual(valueIn(text), expected))

  it('evaluates only the branch of Fn::If that is taken', () => {
    assert.equal(valueIn('!If [Yes, 1, !Ref Nowhere]'), 1)
  })

  for (const [text, message] of [
    ['!Ref Nowhere', /^R\.Properties\.V\.Ref: there is no Nowhere$/],
    [`!Sub "\${Nowhere.Arn}"`, /^R\.Properties\.V\.Fn::Sub: there is no Nowhere\.Arn$/],
    ['!Select [0, abc]', /Fn::Select must be a list$/],
    ['!Select [3, !Ref Zones]', /the index must be from 0 to 2, got 3$/],
    ['!Join [a]', /Fn::Join must be a list of a separator and a list, got 1 parts$/],
    ['!Join [",", !Ref Stage]', /Fn::Join must be a list$/],
    ['!FindInMap [Sizes, test, Size]', /the mapping Sizes has no test; there are prod or dev$/],
    ['!FindInMap [Sizes, dev, Colour]', /the mapping Sizes has no Colour; there are Size$/],
    ['!ImportValue x', /exports of other stacks are not read here/],
    ['{ "Fn::Nope": 1 }', /^R\.Properties\.V: Fn::Nope is not known here; there are Ref, /],
    ['!GetAtt Group', /must be a logical id and an attribute/],
  ] as const)
    it(`names the place and the fault of ${text}`, () => assert.throws(() => valueIn(text), { message }))
})

describe('the conditions of a template', () => {
  for (const [text, expected] of [
    ['{ "Fn::Equals": [{ Ref: Stage }, prod] }', true],
    ['{ "Fn::Equals": [1, "1"] }', true],
    ['{ "Fn::Not": [{ Condition: Yes }] }', false],
    ['{ "Fn::And": [{ Condition: Yes }, { "Fn::Not": [{ Condition: No }] }] }', true],
    ['{ "Fn::Or": [{ Condition: No }, { "Fn::Equals": [a, b] }] }', false],
    ['{ Condition: Yes }', true],
  ] as const)
    it(`evaluates ${text}`, () => assert.equal(evaluateCondition(parse(text), scope, 'Conditions.C'), expected))

  it('refuses what is no condition', () => {
    assert.throws(() => evaluateCondition('maybe', scope, 'Conditions.C'), { message: /^Conditions\.C must be a cond/ })
    const one = { 'Fn::Or': [{ Condition: 'Yes' }] }
    assert.throws(() => evaluateCondition(one, scope, 'Conditions.C'), { message: /a list of 2 to 10 conditions$/ })
  })
})
