import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { aligned, bar, columnsPlot, wrapped } from './plots.ts'

describe('columnsPlot', () => {
  it('shows the greatest number as a full column, a small one as the lowest, and 0 as a blank', () => {
    assert.equal(columnsPlot([1, 0, 4, 8, 1000]), '▁ ▁▁█')
    assert.equal(columnsPlot([1, 2, 4, 8]), '▁▂▄█')
    assert.equal(columnsPlot([0, 0]), '  ')
    assert.equal(columnsPlot([]), '')
  })
})

describe('bar', () => {
  it('is as long as the share, and empty only for 0', () => {
    assert.deepEqual([bar(1, 4), bar(0.5, 4), bar(0.25, 2), bar(0.001, 4), bar(0, 4)], ['████', '██', '▌', '▏', ''])
  })
})

describe('wrapped', () => {
  it('breaks lines between words', () => {
    assert.deepEqual(wrapped('one two three four', 9, '  '), ['one two', '  three', '  four'])
    assert.deepEqual(wrapped('incomprehensible', 5, ' '), ['incomprehensible'])
  })
})

describe('aligned', () => {
  it('aligns cells, to the right if the head says so', () => {
    const rows = [
      ['name', '>rows', ''],
      ['a', '12,345', 'x'],
      ['longer', '6', ''],
    ]
    assert.deepEqual(aligned(rows), ['name      rows', 'a       12,345  x', 'longer       6'])
  })
})
