import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { readTemplate } from './read.ts'

describe('reading a template', () => {
  it('reads the same from YAML with short forms and from JSON', () => {
    const Properties = { Name: { 'Fn::Sub': `\${A}-x` }, SchemaArn: { 'Fn::GetAtt': ['S', 'SchemaArn'] } }
    const json = { AWSTemplateFormatVersion: '2010-09-09', Resources: { R: { Type: 'X', Properties } } }
    const yaml = `
AWSTemplateFormatVersion: 2010-09-09
Resources:
  R:
    Type: X
    Properties:
      Name: !Sub \${A}-x
      SchemaArn: !GetAtt S.SchemaArn
`
    assert.deepEqual(readTemplate(yaml), readTemplate(JSON.stringify(json)))
    assert.deepEqual(readTemplate(yaml).Resources.R!.Properties, Properties)
  })

  it('passes over sections that say nothing about resources', () => {
    const more = { Description: 'd', Metadata: {}, Rules: { A: {} }, Globals: { Function: {} } }
    const text = JSON.stringify({ ...more, Resources: { R: { Type: 'X' } } })
    assert.deepEqual(Object.keys(readTemplate(text).Resources), ['R'])
  })

  it('has what an alias stands for, within short forms too', () => {
    const text = `Resources:
  R:
    Type: X
    Properties:
      A: !Join ["-", &parts [x, !Ref P]]
      B: !Join ["+", *parts]
      C: &call !Sub "\${P}"
      D: [*call, !If [C, *call, *parts]]`
    const [parts, call] = [['x', { Ref: 'P' }], { 'Fn::Sub': `\${P}` }]
    assert.deepEqual(readTemplate(text).Resources.R!.Properties, {
      A: { 'Fn::Join': ['-', parts] },
      B: { 'Fn::Join': ['+', parts] },
      C: call,
      D: [call, { 'Fn::If': ['C', call, parts] }],
    })
  })

  it('takes a number as it is written, where JSON would write it otherwise', () => {
    const text = 'Resources: {R: {Type: X, Properties: {A: 5, B: 0.30, C: 1.0, D: 012345678901, E: 0x10, F: [1e3]}}}'
    const properties = { A: 5, B: '0.30', C: '1.0', D: '012345678901', E: '0x10', F: ['1e3'] }
    assert.deepEqual(readTemplate(text).Resources.R!.Properties, properties)
  })

  it('reads JSON that is indented with tabs', () => {
    const text = JSON.stringify({ Resources: { R: { Type: 'X' } } }, null, '\t')
    assert.deepEqual(readTemplate(text).Resources, { R: { Type: 'X' } })
  })

  for (const [text, message] of [
    ['a: [', /^the template is neither YAML nor JSON: .* at line 1/],
    ['Resources: {R: {Type: X}, R: {Type: Y}}', /Map keys must be unique at line 1/],
    ['Resources:\n  R:\n    Type: !Nope x', /Unresolved tag: !Nope at line 3/],
    ['just text', /^the template must be a mapping with the section Resources$/],
    ['Resources: {R: {Type: X}}\n---\na: 1', /^the template must be one YAML document/],
    ['{}', /^Resources is missing/],
    ['Resources: {}', /^Resources is missing/],
    ['Resources: {"Fn::ForEach::G": [N, [a], {}]}', /^Resources\.Fn::ForEach::G is not run here; apply the template/],
    ['Resources: {R: 5}', /^Resources\.R must be a mapping$/],
    ['Resources: {my-group: {Type: X}}', /^Resources\.my-group must have a name of letters and digits alone$/],
    ['{"Resources": {"R": {"Type": "X", "Type": "Y"}}}', /Map keys must be unique at line 1/],
    ['Resources: {R: {Type: X}}\nOutputs: {O: {Valu: 1}}', /Outputs\.O\.Valu is unknown.*\n.*Value is missing$/],
    ['Parameters: {P: {Typ: String}}\nResources: {R: {Type: X}}', /^Parameters\.P\.Typ is unknown: there are Type, /],
    ['Resources: &r {R: {Type: X, Properties: *r}}', /^the template's aliases: one is within its own anchor$/],
    ['Resource: {}\nResources: {R: {Type: X}}', /^Resource is not a section of a template; there are Parameters, /],
    [
      'Resources: {R: {Typ: X}}',
      /R\.Type must be the name of a type.*\n.*R\.Typ is not an attribute of a resource: Type/,
    ],
    ['Resources: {R: {Type: X, DeletionPolicy: Keep}}', /^R\.DeletionPolicy must be Delete, Retain, /],
    ['Resources: {R: {Type: X, DependsOn: {}}}', /^R\.DependsOn must be a logical id, or a list of them$/],
    ['Transform: Mine\nResources: {R: {Type: X}}', /^Transform: "Mine" is not run here; apply the template that it/],
  ] as const)
    it(`says what is wrong with ${JSON.stringify(text)}`, () =>
      assert.throws(
        () => readTemplate(text),
        error => message.test((error as Error).message) || assert.fail(String(error)),
      ))
})
