import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { readParameters } from './parameters.ts'

const read = (parameter: object, given?: string) =>
  readParameters({ P: parameter as never }, given === undefined ? {} : { P: given }).get('P')

describe('the parameters of a template', () => {
  for (const [name, parameter, given, expected] of [
    ['the default', { Type: 'String', Default: 'd' }, undefined, 'd'],
    ['a given value before the default', { Type: 'String', Default: 'd' }, 'g', 'g'],
    ['an empty value', { Type: 'String', Default: 'd' }, '', ''],
    ['a number as its text', { Type: 'Number', Default: 5 }, undefined, '5'],
    ['a list', { Type: 'CommaDelimitedList' }, 'a, b', ['a', 'b']],
    ['a list of numbers', { Type: 'List<Number>' }, '1,2', ['1', '2']],
    ['a type of another service', { Type: 'AWS::EC2::VPC::Id' }, 'vpc-1', 'vpc-1'],
    ['what is kept in the Systems Manager, if given', { Type: 'AWS::SSM::Parameter::Value<String>' }, 'v', 'v'],
    ['nothing that is kept there', { Type: 'AWS::SSM::Parameter::Value<String>', Default: '/x' }, undefined, undefined],
    ['one of the allowed', { Type: 'String', AllowedValues: ['a', 'b'] }, 'b', 'b'],
    ['an allowed number', { Type: 'Number', AllowedValues: [1, 2] }, '2', '2'],
  ] as const)
    it(`takes ${name}`, () => assert.deepEqual(read(parameter, given), expected))

  for (const [parameter, given, message] of [
    [{ Type: 'String' }, undefined, 'the parameter P has no default: add --parameters P=VALUE'],
    [{ Type: 'Text' }, 'a', 'Parameters.P.Type must be String, Number, List<Number> or CommaDelimitedList'],
    [{ Type: 'Number' }, 'x', 'the parameter P must be a number, got "x"'],
    [{ Type: 'Number' }, '0x10', 'the parameter P must be a number, got "0x10"'],
    [{ Type: 'Number' }, 'Infinity', 'the parameter P must be a number, got "Infinity"'],
    [{ Type: 'Number', MinValue: 2 }, '1', 'the parameter P must be at least 2, got "1"'],
    [{ Type: 'Number', MaxValue: 2 }, '3', 'the parameter P must be at most 2, got "3"'],
    [{ Type: 'List<Number>' }, '1,x', 'the parameter P must be a number, got "x"'],
    [{ Type: 'String', MinLength: 2 }, 'a', 'the parameter P must have a length of at least 2, got "a"'],
    [{ Type: 'String', AllowedValues: ['a', 'b'] }, 'c', 'the parameter P must be a or b, got "c"'],
    [{ Type: 'String', AllowedPattern: '[a-z]+' }, 'ab1', 'the parameter P must match [a-z]+, got "ab1"'],
    [{ Type: 'String', AllowedPattern: '(' }, 'a', 'Parameters.P.AllowedPattern is no regular expression: ('],
    [
      { Type: 'String', AllowedPattern: '(a+)+' },
      `${'a'.repeat(60)}b`,
      'Parameters.P.AllowedPattern takes too long on the value: write it without repetitions of repetitions: (a+)+',
    ],
    [{ Type: 'String', MaxLength: 1, NoEcho: true }, 'secret', 'the parameter P must have a length of at most 1'],
    [
      { Type: 'String', AllowedValues: ['a'], ConstraintDescription: 'only a' },
      'b',
      'the parameter P must be a, got "b" (only a)',
    ],
  ] as const)
    it(`says: ${message}`, () => assert.throws(() => read(parameter, given), { message }))

  it('names all faults at once', () => {
    const message = /2 faults:\n {2}the parameter A .*\n {2}the parameter B /
    assert.throws(() => readParameters({ A: { Type: 'String' }, B: { Type: 'String' } }, {}), { message })
  })
})
