import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { parseUnambiguous, repeatedMember } from './repeated-member.ts'

describe('parseUnambiguous', () => {
  it('reads a file that an editor on Windows saved, with a byte order mark and line ends of its own', () => {
    assert.deepEqual(parseUnambiguous('\ufeff{\r\n  "port": 0\r\n}\r\n'), { port: 0 })
  })
})

describe('repeatedMember', () => {
  for (const [text, repeated] of [
    ['{"Effect": "Allow", "Effect": "Deny"}', 'Effect'],
    ['{"a": [{"b": 1, "c": {"x": 0}, "b": 2}]}', 'b'],
    ['{"Effect": 1, "\\u0045ffect": 2}', 'Effect'],
    ['{"a\\"b": 1, "a\\"b": 2}', 'a"b'],
    ['{"": 1, "": 2}', ''],
    ['{"__proto__": 1, "__proto__": 2}', '__proto__'],
    ['{"a": {"a": "a"}, "b": ["a", "a", {"a": 1}, {"a": 1}], "c": "{\\"a\\":1,\\"a\\":2}"}', undefined],
    ['{"a": "x:", "b": ":", "c": "a"}', undefined],
    ['[]', undefined],
    ['"a"', undefined],
    ['5', undefined],
  ] as const)
    it(`returns ${repeated === undefined ? 'nothing' : JSON.stringify(repeated)} for ${text}`, () => {
      assert.equal(repeatedMember(text), repeated)
    })
})
