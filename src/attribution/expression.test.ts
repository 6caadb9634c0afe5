import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { parseMetricExpression } from './expression.ts'

const parse = (text: string) => parseMetricExpression('metrics.1.member.expression', text)

describe('parseMetricExpression', () => {
  it('reads the two functions', () => {
    assert.deepEqual(parse('SAMPLECOUNT()'), { function: 'SAMPLECOUNT' })
    assert.deepEqual(parse('SUM(Items.PRICE)'), { function: 'SUM', datasetType: 'ITEMS', column: 'PRICE' })
    const value = { function: 'SUM', datasetType: 'INTERACTIONS', column: 'EVENT_VALUE' }
    assert.deepEqual(parse('SUM(Interactions.EVENT_VALUE)'), value)
  })

  it('ignores blanks, and case except in the column', () => {
    assert.deepEqual(parse(' sum ( ITEMS . Price ) '), { function: 'SUM', datasetType: 'ITEMS', column: 'Price' })
    assert.deepEqual(parse('SampleCount( )'), { function: 'SAMPLECOUNT' })
  })

  it('names the column of a fault, and the expected token', () => {
    const refused = [
      ['', 'the end at column 1: expected SUM or SAMPLECOUNT'],
      ['AVG(Items.PRICE)', '"AVG" at column 1: expected SUM or SAMPLECOUNT'],
      ['SUM', 'the end at column 4: expected ('],
      ['SUM()', '")" at column 5: expected Items or Interactions'],
      ['SUM(Users.AGE)', '"Users" at column 5: expected Items or Interactions'],
      ['SUM(Items PRICE)', '"PRICE" at column 11: expected .'],
      ['SUM(Items.)', '")" at column 11: expected the name of a column'],
      ['SUM(Items.PRICE', 'the end at column 16: expected )'],
      ['SAMPLECOUNT(1)', '"1" at column 13: expected )'],
      ['SAMPLECOUNT() + 1', '"+" at column 15: expected the end'],
      ['SUM(Items.漢)', '"漢" at column 11: expected the name of a column'],
    ] as const
    for (const [text, message] of refused) {
      const expected = { name: 'InvalidInputException', message: `metrics.1.member.expression: ${message}` }
      assert.throws(() => parse(text), expected, text)
    }
  })
})
