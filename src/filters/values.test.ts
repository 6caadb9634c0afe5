import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { schemas } from '#test/filters.ts'
import { comparisonsOf } from './ast.ts'
import { checkFilter } from './check.ts'
import { parseFilter } from './parser.ts'
import { type FilterValues, fillIn } from './values.ts'

/** The literals of each remaining expression, with the values filled in. */
const filled = (expression: string, values?: FilterValues) =>
  fillIn(checkFilter(parseFilter(expression), schemas), values).expressions.map(expression =>
    comparisonsOf(expression).flatMap(({ value }) => (value.kind === 'literals' ? value.literals : [])),
  )

const genre = (text: string) => filled('INCLUDE ItemID WHERE Items.GENRE IN ($GENRE)', { GENRE: text })[0]
const price = (text: string) => filled('INCLUDE ItemID WHERE Items.PRICE <= $PRICE', { PRICE: text })[0]
const refuses = (sent: () => unknown, message: RegExp) =>
  assert.throws(sent, { name: 'InvalidInputException', message })

describe('fillIn', () => {
  it('takes one value and several, in escaped quotes, as in the guide', () => {
    assert.deepEqual(genre('"Comedy"'), ['Comedy'])
    assert.deepEqual(genre('"comedy","drama", "horror"'), ['comedy', 'drama', 'horror'])
    assert.deepEqual(genre(String.raw`"Tools, Home & Garden","a \"b\"",""`), ['Tools, Home & Garden', 'a "b"', ''])
  })

  it('takes numbers with and without quotes', () => {
    for (const text of ['19.5', '"19.5"', ' 19.5 ', '" 19.5 "', '"1.95e1"']) assert.deepEqual(price(text), [19.5])
    const members = 'INCLUDE UserID WHERE Users.LOYALTY_NUMBER = ($NUMBER)'
    assert.deepEqual(filled(members, { NUMBER: '"9007199254740993"' }), [[9007199254740993n]])
  })

  it('takes a number without quotes for a category', () => {
    assert.deepEqual(genre('18'), ['18'])
    assert.deepEqual(genre('42, "drama",007'), ['42', 'drama', '007'])
    assert.deepEqual(genre('9007199254740993'), ['9007199254740993'])
  })

  it('takes quotes that are escaped twice', () => {
    assert.deepEqual(genre(String.raw`\"Comedy\"`), ['Comedy'])
    assert.deepEqual(genre(String.raw` \"Tools, Home\",\"a \\\"b\\\"\"`), ['Tools, Home', 'a "b"'])
    assert.deepEqual(price(String.raw`\"19.5\"`), [19.5])
  })

  it('fills in a placeholder in every place', () => {
    const expression = 'INCLUDE ItemID WHERE Items.GENRE IN ($A) OR Items.OWNER IN ($A) IF CurrentUser.AGE = $B'
    assert.deepEqual(filled(expression, { A: '"x","y"', B: '3' }), [['x', 'y', 'x', 'y', 3]])
  })

  it('refuses an INCLUDE without a value, and names the placeholder', () => {
    const expression = 'INCLUDE ItemID WHERE Items.GENRE IN ($A) AND Items.PRICE < $B'
    refuses(() => filled(expression, { A: '"x"' }), /^filterValues: B is missing: INCLUDE needs the values of all/)
    refuses(() => filled(expression), /^filterValues: A is missing/)
  })

  it('leaves out an EXCLUDE without values, and no other expression', () => {
    const expression =
      'INCLUDE ItemID WHERE Items.GENRE IN ($A) | EXCLUDE ItemID WHERE Items.PRICE > 9 AND Items.OWNER IN ($B)'
    assert.deepEqual(filled(expression, { A: '"x"' }), [['x']])
    assert.deepEqual(filled(expression, { A: '"x"', B: '"y"' }), [['x'], [9, 'y']])
    assert.deepEqual(filled('EXCLUDE ItemID WHERE Items.GENRE IN ($A)'), [])
  })

  it('refuses a name that is no placeholder; case counts', () => {
    const expression = 'EXCLUDE ItemID WHERE Items.GENRE IN ($GENRE) AND Items.PRICE < $PRICE'
    const message = /^filterValues: genre is not a placeholder of the filter, which has GENRE, PRICE$/
    refuses(() => filled(expression, { genre: '"x"' }), message)
    refuses(() => filled('EXCLUDE ItemID WHERE Items.PRICE < 1', { A: '1' }), /^filterValues: A .*, which has none$/)
  })

  it('refuses a time in milliseconds, with the seconds that it means', () => {
    const since = (SINCE: string) => filled('EXCLUDE ItemID WHERE Items.CREATION_TIMESTAMP < $SINCE', { SINCE })
    assert.deepEqual(since('1700000000'), [[1700000000]])
    refuses(
      () => since('"2020-01-01"'),
      /: expected a number; a time is in seconds .*, such as 1577836800 for this one$/,
    )
    refuses(() => since('"1700000000000"'), /^filterValues\.SINCE: must be in seconds .* such as 1700000000, got/)
  })

  it('refuses values of another form or type, naming the placeholder and the column', () => {
    const expected = String.raw`expected a value in quotes, as \\"drama\\"$`
    refuses(
      () => genre('Comedy'),
      new RegExp(`^filterValues.GENRE: Invalid input symbol: Comedy at column 1: ${expected}`),
    )
    refuses(() => genre(''), /^filterValues\.GENRE: Invalid input symbol: the end at column 1/)
    refuses(() => genre('"a",'), /^filterValues\.GENRE: .*the end at column 5/)
    refuses(
      () => genre('"United States""'),
      /^filterValues\.GENRE: .*" at column 16: expected a closing quotation mark$/,
    )
    refuses(() => genre('"a" "b"'), /^filterValues\.GENRE: .*"b" at column 5: expected a comma or the end$/)
    refuses(() => genre('18th'), /^filterValues\.GENRE: .*th at column 3: expected a comma or the end$/)
    for (const text of ['"cheap"', '""', '$1', '1e999', 'x', '"0x10"', '"0b1"', '"Infinity"'])
      refuses(() => price(text), /^filterValues\.PRICE: .* at column 1: expected a number$/)
    refuses(
      () => genre('["Comedy","Drama"]'),
      /^filterValues\.GENRE: Invalid input symbol: \[ at column 1: expected values with commas between them, as "drama"/,
    )
    refuses(() => price('"1,000.5"'), /: expected a number; write a number with a decimal point, and nothing between/)
    refuses(() => price('1,2'), /^filterValues\.PRICE: must be one value, as <= compares with one, got 2$/)
  })
})
