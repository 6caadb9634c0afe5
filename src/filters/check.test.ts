import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { schemas } from '#test/filters.ts'
import { InvalidInputException } from '../contract/errors.ts'
import { checkFilter, checkNewFilter, fieldsOf, placeholdersOf } from './check.ts'
import { parseFilter } from './parser.ts'

const check = (expression: string, group = schemas) => checkFilter(parseFilter(expression), group)
const about = (condition: string) => check(`EXCLUDE ItemID WHERE ${condition}`)
const refuses = (sent: () => unknown, message: RegExp) => {
  assert.throws(sent, (error: Error) => {
    assert.ok(error instanceof InvalidInputException, `${error}`)
    const prefix = 'Could not create filter. Invalid Expression: '
    assert.ok(error.message.startsWith(prefix), error.message)
    assert.match(error.message.slice(prefix.length), message)
    return true
  })
}

describe('checkFilter', () => {
  it('finds fields by their letters and digits', () => {
    const filter = check('EXCLUDE ItemID WHERE Items.category_l1 IN ("a") IF CURRENTUSER.age > 1')
    assert.deepEqual(fieldsOf(filter), ['ITEMS.CATEGORY_L1', 'USERS.AGE'])
    assert.deepEqual(fieldsOf(about('Items.PRICE < CurrentItem.downloadCount')), [
      'ITEMS.PRICE',
      'ITEMS.DOWNLOAD_COUNT',
    ])
  })

  it('finds placeholders, each once', () => {
    const filter = about('Items.GENRE IN ($A) OR Items.OWNER IN ($A) OR Items.PRICE < $B')
    assert.deepEqual([...placeholdersOf(filter).keys()], ['A', 'B'])
  })

  for (const [condition, message] of [
    ['Items.COLOR IN ("red")', /^Items\.COLOR is not a field of the schema, which has GENRE, CATEGORY, /],
    [
      'Items.ADULT IN ("true")',
      /^Items\.ADULT is of type boolean: use a string of "True" or "False", or an int or long/,
    ],
    ['Items.PLOT IN ("x")', /^Items\.PLOT is textual: use a field of categories, strings or numbers$/],
    ['Items.PRICE IN (1, 2)', /^Items\.PRICE is of type float, which IN does not compare: use =, !=, <, <=, >, >=$/],
    ['Items.GENRE < "a"', /^Items\.GENRE is of type string, which < does not compare: use IN, NOT IN, =, !=$/],
    ['Items.PRICE < "10"', /^Items\.PRICE is of type float: its value must be a number without quotes, got "10"$/],
    [
      'Items.CREATION_TIMESTAMP > "2020-01-01"',
      /: its value must be a number without quotes, got "2020-01-01"; a time is in seconds .* 1577836800 for this one$/,
    ],
    ['Items.GENRE IN (1999)', /^Items\.GENRE is of type string: its values must be in quotes, as "1999"$/],
    ['Items.GENRE IN ("*")', /^Items\.GENRE: \* is only for the EVENT_TYPE of interactions$/],
    ['Interactions.DEVICE IN ("tv")', /^Interactions\.DEVICE: Interactions can only be filtered by EVENT_TYPE$/],
    ['CurrentUser.AGE > 18', /^CurrentUser\.AGE can only be in an IF condition, at the end of an expression$/],
    ['Users.AGE > 18', /^Users\.AGE cannot filter by ItemID: use Items or Interactions$/],
    [
      'Items.PRICE > 1 OR Interactions.EVENT_TYPE IN ("click")',
      /^Interactions\.EVENT_TYPE cannot be in one .* with \|$/,
    ],
    ['Items.PRICE > 1 IF Items.PRICE > 2', /^an IF condition can only be about CurrentUser, got Items\.PRICE$/],
    ['Items.PRICE < CurrentItem.GENRE', /^Items\.PRICE is of type float, CurrentItem\.GENRE of type string: both must/],
    ['Items.PRICE < CurrentItem.COLOR', /^CurrentItem\.COLOR is not a field of the schema/],
    ['Interactions.EVENT_TYPE IN CurrentItem.GENRE', /^Interactions\.EVENT_TYPE cannot be compared with CurrentItem/],
    ['Items.PRICE < 1 IF CurrentUser.AGE < CurrentItem.PRICE', /^CurrentUser\.AGE cannot be compared with CurrentItem/],
  ] as const) {
    it(`refuses ${condition}`, () => refuses(() => about(condition), message))
  }

  it('refuses filters of users and actions by other datasets', () => {
    refuses(
      () => check('INCLUDE UserID WHERE Items.PRICE < 1'),
      /^Items\.PRICE cannot filter by UserID: use Users or Inter/,
    )
    refuses(
      () => check('INCLUDE ActionID WHERE Interactions.EVENT_TYPE IN (*)'),
      /: use Actions or Action_Interactions$/,
    )
    const when = 'INCLUDE UserID WHERE Users.AGE < 1 IF CurrentUser.AGE < 1'
    refuses(() => check(when), /^CurrentUser\.AGE: a filter of users has no CurrentUser, use Users in WHERE$/)
    refuses(() => check('INCLUDE ActionID WHERE Actions.REPEAT_FREQUENCY < 1'), /left out by it without a filter$/)
    const both = 'INCLUDE UserID WHERE Users.AGE < 1 | INCLUDE ItemID WHERE Items.PRICE < 1'
    refuses(() => check(both), /^all of a filter must be about UserID, or all about ItemID$/)
  })

  it('refuses fields of a dataset that the group does not have', () => {
    const { USERS } = schemas
    const missing = () => check('INCLUDE ItemID WHERE Items.PRICE < 1', { USERS } as typeof schemas)
    refuses(missing, /^Items\.PRICE: the dataset group has no dataset of type ITEMS$/)
  })

  it('takes 10 distinct fields, and refuses 11', () => {
    const names = ['GENRE', 'CATEGORY', 'CATEGORY_L1', 'CATEGORY_L2', 'DESCRIPTION', 'OWNER', 'AVAILABLE', 'STUDIO']
    const eight = names.map(name => `Items.${name} = "a"`).join(' AND ')
    const ten = `${eight} AND Items.owner = "b" AND Items.PRICE < 1 IF CurrentUser.AGE > 1`
    assert.equal(fieldsOf(about(ten)).length, 10)
    const more = `${ten} | EXCLUDE ItemID WHERE Interactions.EVENT_TYPE IN ("*")`
    refuses(() => about(more), /^a filter can have at most 10 distinct fields, got 11: ITEMS\.GENRE, .*EVENT_TYPE$/)
  })

  it('refuses a time in milliseconds in a new filter, and goes on with a stored one', () => {
    const ofTime = 'INCLUDE ItemID WHERE Items.CREATION_TIMESTAMP > 1700000000000'
    const inSeconds =
      /^Items\.CREATION_TIMESTAMP must be in seconds since 1970, such as 1700000000, got 17.*milliseconds$/
    refuses(() => checkNewFilter(parseFilter(ofTime), schemas), inSeconds)
    for (const condition of ['CREATION_TIMESTAMP > 1700000000', 'DOWNLOAD_COUNT > 1700000000000'])
      checkNewFilter(parseFilter(`INCLUDE ItemID WHERE Items.${condition}`), schemas)
    check(ofTime)
  })

  it('takes a category with a |, as no page says that the service refuses it', () => {
    about('Items.GENRE IN ("b", "a|b")')
  })

  it('takes 25 placeholders, as many as a request has values for', () => {
    const several = (count: number) => Array.from({ length: count }, (_, i) => `Items.PRICE = $P${i}`).join(' OR ')
    about(several(25))
    refuses(() => about(several(26)), /^a filter can have at most 25 placeholders, got 26$/)
  })
})
