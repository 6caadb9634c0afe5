import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { candidateOf, schemas } from '#test/filters.ts'
import { compileFilter } from './evaluate.ts'
import { parseItemAttributes } from './item-attributes.ts'

const items = [
  candidateOf('ITEMS', 'both', { GENRE: 'Comedy|Action', PRICE: 5, STUDIO: 'A' }),
  candidateOf('ITEMS', 'comedy', { GENRE: 'Comedy', PRICE: 10, STUDIO: "Children's" }),
  candidateOf('ITEMS', 'nothing'),
]

/** The ids of the items that have the attributes. */
function having(itemAttributes: string): readonly string[] {
  const test = compileFilter(parseItemAttributes(itemAttributes, schemas), {})
  return items.filter(test).map(({ id }) => id)
}

describe('item attributes', () => {
  it('are of the items that have all of them', () => {
    assert.deepEqual(having('ITEMS.genre = "Comedy"'), ['both', 'comedy'])
    assert.deepEqual(having('ITEMS.genre = "Comedy" AND ITEMS.genre = "Action"'), ['both'])
    assert.deepEqual(having('ITEMS.GENRE = "Comedy" and Items.Studio = "A"'), ['both'])
    assert.deepEqual(having('ITEMS.GENRE = "Horror"'), [])
  })

  it('may be numbers, and quotation marks may have a backslash', () => {
    assert.deepEqual(having('ITEMS.PRICE = 5'), ['both'])
    assert.deepEqual(having('ITEMS.PRICE > 5 AND ITEMS.PRICE <= 10'), ['comedy'])
    assert.deepEqual(having(String.raw`ITEMS.STUDIO = "Children\'s"`), ['comedy'])
    assert.deepEqual(having(String.raw`ITEMS.STUDIO = 'Children\'s'`), ['comedy'])
  })

  it('are refused with the reason', () => {
    const refused = [
      ['', /^itemAttributes: Invalid input symbol: the end at column 1: expected a field of Items/],
      ['Users.AGE = 3', /column 1: expected a field of Items, such as ITEMS.GENRES$/],
      ['ITEMS.GENRE IN ("a")', /column 13: expected =, !=, <, <=, > or >=$/],
      ['ITEMS.GENRE != "a"', /column 16: expected a number, as strings are compared with = alone$/],
      ['ITEMS.GENRE = "a" OR ITEMS.GENRE = "b"', /OR at column 19: expected AND or the end$/],
      ['ITEMS.GENRE = $GENRE', /expected a string in quotes or a number$/],
      ['ITEMS.COLOR = "a"', /^itemAttributes: Items.COLOR is not a field of the schema, which has GENRE, /],
      ['ITEMS.PLOT = "a"', /^itemAttributes: Items.PLOT is textual/],
      ['ITEMS.PRICE = "a"', /^itemAttributes: Items.PRICE is of type float: its value must be a number/],
    ] as const
    for (const [text, message] of refused) {
      assert.throws(() => parseItemAttributes(text, schemas), { name: 'InvalidInputException', message }, text)
    }
  })
})
