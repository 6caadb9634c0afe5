import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { schemaIn } from '../../../src/datasets/schema.ts'
import { checkExpression, checkValues } from './filter-check.ts'

const text = (name: string, more = {}) => ({ name, type: ['null', 'string'], ...more })
const id = (name: string) => ({ name, type: 'string' })
const schemaOf = (name: string, fields: readonly object[]) =>
  schemaIn({ schema: JSON.stringify({ type: 'record', name, fields }) })
const schemas = {
  USERS: schemaOf('Users', [id('USER_ID'), text('MEMBERSHIP', { categorical: true })]),
  ITEMS: schemaOf('Items', [
    id('ITEM_ID'),
    text('GENRE', { categorical: true }),
    text('STUDIO'),
    { name: 'PRICE', type: ['null', 'float'] },
  ]),
}

/** The part of an expression that is marked, with what stands before it. */
function marked(text: string): readonly [before: string, part: string] {
  const checked = checkExpression(text, schemas)
  assert.ok('fault' in checked, text)
  const { at, length } = checked.fault
  return [text.slice(0, at), text.slice(at!, at! + length!)]
}

function expressionOf(text: string) {
  const checked = checkExpression(text, schemas)
  assert.ok('expression' in checked, JSON.stringify(checked))
  return checked.expression
}

describe('an expression that is typed', () => {
  it('is marked where the parser stops', () => {
    assert.deepEqual(marked('INCLUDE ItemID WHER Items.PRICE > 1'), ['INCLUDE ItemID ', 'WHER'])
    assert.deepEqual(marked('INCLUDE ItemID WHERE Items.PRICE > "a'), ['INCLUDE ItemID WHERE Items.PRICE > ', '"a'])
    assert.deepEqual(marked('INCLUDE ItemID WHERE '), ['INCLUDE ItemID WHERE ', ''])
    assert.deepEqual(marked(''), ['', ''])
  })

  it('is marked at the field that is wrong, not where its name stands in quotes', () => {
    assert.deepEqual(marked('INCLUDE ItemID WHERE Items.GENRE IN ("Items.NAME") AND items . NAME = "a"'), [
      'INCLUDE ItemID WHERE Items.GENRE IN ("Items.NAME") AND ',
      'items . NAME',
    ])
    assert.deepEqual(marked('EXCLUDE ItemID WHERE Items.PRICE IN (1)'), ['EXCLUDE ItemID WHERE ', 'Items.PRICE'])
    assert.deepEqual(marked('INCLUDE ItemID WHERE Items.PRICE > 1 IF Items.PRICE > 2')[1], 'Items.PRICE')
  })

  it('has parameters, with what their values are', () => {
    const { subject, parameters } = expressionOf(
      'INCLUDE ItemID WHERE Items.GENRE IN ($GENRE) AND Items.PRICE < $MOST IF CurrentUser.MEMBERSHIP = $LEVEL',
    )
    assert.equal(subject, 'ItemID')
    assert.deepEqual(parameters, [
      { name: 'GENRE', field: 'ITEMS.GENRE', isText: true, isList: true },
      { name: 'MOST', field: 'ITEMS.PRICE', isText: false, isList: false },
      { name: 'LEVEL', field: 'USERS.MEMBERSHIP', isText: true, isList: false },
    ])
  })
})

describe('the values of parameters', () => {
  const expression = expressionOf(
    'INCLUDE ItemID WHERE Items.GENRE IN ($GENRE) | EXCLUDE ItemID WHERE Items.PRICE > $MOST',
  )

  it('each have their own fault, with its place', () => {
    const faults = checkValues(expression, { GENRE: '"drama", horror', MOST: 'ten' })
    assert.equal(faults.get('GENRE')!.at, '"drama", '.length)
    assert.equal(faults.get('GENRE')!.length, 'horror'.length)
    assert.equal(faults.get('MOST')!.at, 0)
  })

  it('may be left out of EXCLUDE alone', () => {
    const faults = checkValues(expression, {})
    assert.deepEqual([...faults.keys()], ['GENRE'])
    assert.match(faults.get('GENRE')!.message, /INCLUDE needs/)
    assert.equal(checkValues(expression, { GENRE: '"drama","horror"', MOST: '5' }).size, 0)
  })
})
