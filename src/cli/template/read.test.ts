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
    const text = JSON.stringify({ Description: 'd', Metadata: {}, Rules: { A: {} }, Resources: { R: { Type: 'X' } } })
    assert.deepEqual(Object.keys(readTemplate(text).Resources), ['R'])
  })

  for (const [text, message] of [
    ['a: [', /^the template is neither YAML nor JSON: .* at line 1/],
    ['Resources: {R: {Type: X}, R: {Type: Y}}', /Map keys must be unique at line 1/],
    ['Resources:\n  R:\n    Type: !Nope x', /Unresolved tag: !Nope at line 3/],
    ['just text', /^the template must be a mapping with the section Resources$/],
    ['Resources: {R: {Type: X}}\n---\na: 1', /^the template must be one YAML document/],
    ['{}', /^Resources is missing/],
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
