import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { csvLine, sampleOf, splitHeader } from './sample.ts'

describe('the beginning of a file', () => {
  it('has the header, the rows and their lines', () => {
    const { header, rows, lines, isAll } = sampleOf('\ufeffa,b\r\n1,"x, ""y"""\r\n\r\n2,"two\nlines"\r\n3,4', true)
    assert.deepEqual(header, ['a', 'b'])
    assert.deepEqual(rows, [
      ['1', 'x, "y"'],
      ['2', 'two\nlines'],
      ['3', '4'],
    ])
    assert.deepEqual([lines, isAll], [[2, 4, 6], true])
  })

  it('leaves out a last row that may be cut off', () => {
    assert.deepEqual(sampleOf('a\n1\n2', false).rows, [['1']])
  })

  it('says why it is no CSV', () => {
    assert.throws(() => sampleOf('', true), /The file is empty/)
    assert.throws(() => sampleOf('a,b\n1,x"y\n', true), /Line 2: a cell with a quote/)
  })
})

describe('a header that is written anew', () => {
  it('replaces the first row alone', () => {
    for (const [text, after] of [
      ['a,b\n1,2\n', '1,2\n'],
      ['\ufeffa,b\r\n1,2\r\n', '1,2\r\n'],
      ['\n\n"a\n1",b\n1,2\n', '1,2\n'],
    ] as const)
      assert.equal(splitHeader(text)!.after, after)
    assert.equal(splitHeader('a,b'), undefined)
  })

  it('has quotes where a name needs them', () => {
    assert.equal(csvLine(['A', 'x, y', 'say "x"', '']), 'A,"x, y","say ""x""",\n')
    assert.deepEqual(sampleOf(csvLine(['A', 'x, y', 'say "x"', '']), true).header, ['A', 'x, y', 'say "x"', ''])
  })
})
