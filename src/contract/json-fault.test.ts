import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { faultOf } from './json-fault.ts'

describe('a text that is no JSON', () => {
  for (const [text, fault] of [
    ['', ': it ends too early'],
    ['{"a": 1', ' at position 7'],
    ['\ufeff{}', ': it begins with a byte order mark (U+FEFF), leave that out'],
    ['{"a": NaN}', ' at position 6: NaN is no JSON, leave the property out'],
    ['{"a":-Infinity}', ' at position 6: -Infinity is no JSON, leave the property out'],
    ['{"a": "x, NaN", "b": undefined}', ' at position 21: undefined is no JSON, leave the property out'],
    ['{"a": None}', ' at position 6: None is no JSON, write null'],
    ['{"a": [1, True]}', ' at position 10: True is no JSON, write true'],
    ['{"a":NULL}', ' at position 5: NULL is no JSON, write null'],
    ["{'a': 1}", ' at position 1: JSON has double quotes, as json.dumps of Python writes them and str does not'],
    ['{"a": \'x\'}', ' at position 6: JSON has double quotes, as json.dumps of Python writes them and str does not'],
    ['{"a": “x”}', ' at position 6: “ is no quote of JSON, write "'],
    ['{“a”: 1}', ' at position 1: “ is no quote of JSON, write "'],
    ['{"a": +1}', ' at position 6: a number of JSON begins with a digit or a minus sign'],
    ['{"a": .5}', ' at position 6: a number of JSON begins with a digit or a minus sign'],
    ['{"a": 1,}', ' at position 8: leave out the comma before it'],
    ['[1, ]', ' at position 4: leave out the comma before it'],
    ['{"a": "x\ny"}', ' at position 8: write \\n in a text'],
    ['{"a": [ ], "b": }', ' at position 16'],
    ['{"a": "\\", b: nonsense", "c": word}', ' at position 30'],
    ['nonsense', ' at position 0'],
  ] as const)
    it(`${JSON.stringify(text)} is one${fault}`, () => {
      assert.throws(
        () => JSON.parse(text),
        error => {
          assert.equal(faultOf(text, error), fault)
          return true
        },
      )
    })

  it('is looked through once, however long it is', () => {
    const text = `{"a": ${'"x", '.repeat(200_000)}`
    assert.throws(
      () => JSON.parse(text),
      error => faultOf(text, error) !== '',
    )
  })
})
