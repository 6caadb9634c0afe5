import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { candidateOf, eventsOf, filterOf, items, passed, type Records, schemas, userWith } from '#test/filters.ts'
import type { DatasetType } from '../datasets/dataset-type.ts'
import type { FilterContext } from './evaluate.ts'

const all = Object.keys(items)
const film = { currentItem: candidateOf('ITEMS', 'film', items.film) }

const users = {
  ann: { AGE: 17, MEMBERSHIP_STATUS: 'gold' },
  bob: { AGE: 40, MEMBERSHIP_STATUS: 'basic' },
  eve: {},
}

describe('compileFilter', () => {
  const of = (condition: string, records: Records, context?: FilterContext) =>
    passed('ITEMS', records, `INCLUDE ItemID WHERE ${condition}`, undefined, context)

  it('is (any INCLUDE) minus (any EXCLUDE), in any order', () => {
    const expressions = [
      'INCLUDE ItemID WHERE Items.GENRE IN ("drama")',
      'INCLUDE ItemID WHERE Items.CATEGORY IN ("shoe")',
      'EXCLUDE ItemID WHERE Items.PRICE < 15',
      'EXCLUDE ItemID WHERE Items.CATEGORY IN ("winter")',
    ]
    for (const chain of [expressions, expressions.toReversed()])
      assert.deepEqual(passed('ITEMS', items, chain.join(' | ')), ['pump', 'play'])
  })

  it('takes NOT IN and != for the opposite of IN and =, also of null', () => {
    const records = { a: { GENRE: 'x|y', PRICE: 1 }, b: { GENRE: 'z', PRICE: 2 }, c: {} }
    assert.deepEqual(of('Items.GENRE NOT IN ("x", "q")', records), ['b', 'c'])
    assert.deepEqual(of('Items.GENRE != "x"', records), ['b', 'c'])
    assert.deepEqual(of('Items.PRICE != 1', records), ['b', 'c'])
    assert.deepEqual(of('Items.GENRE = "y"', records), ['a'])
  })

  it('never takes null for a number', () => {
    for (const condition of ['< 1', '<= 0', '> -1', '>= 0', '= 0'])
      assert.deepEqual(of(`Items.PRICE ${condition}`, { a: {} }), [])
  })

  it('knows nothing of an item without a record', () => {
    const unknown = { id: 'a', fields: [] }
    assert.equal(filterOf('INCLUDE ItemID WHERE Items.GENRE IN ("x") OR Items.PRICE > 0')(unknown), false)
    assert.equal(filterOf('EXCLUDE ItemID WHERE Items.GENRE IN ("x") OR Items.PRICE > 0')(unknown), true)
  })

  it('compares strings exactly, and splits only those of categorical fields', () => {
    const records = { a: { GENRE: 'Drama', STUDIO: 'x|y' }, b: { GENRE: 'drama', STUDIO: 'x' } }
    assert.deepEqual(of('Items.GENRE IN ("drama")', records), ['b'])
    assert.deepEqual(of('Items.STUDIO IN ("x")', records), ['b'])
    assert.deepEqual(of('Items.STUDIO = "x|y"', records), ['a'])
  })

  it('compares ids', () => {
    assert.deepEqual(of('Items.ITEM_ID IN ("film", "play")', items), ['film', 'play'])
    const when = 'EXCLUDE ItemID WHERE Items.PRICE > 0 IF CurrentUser.USER_ID = "u"'
    assert.deepEqual(passed('ITEMS', items, when, undefined, userWith({})), ['watch', 'new'])
  })

  it('compares numbers with every digit', () => {
    const records = { a: { DOWNLOAD_COUNT: 9007199254740992n }, b: { DOWNLOAD_COUNT: 9007199254740993n } }
    assert.deepEqual(of('Items.DOWNLOAD_COUNT = 9007199254740993', records), ['b'])
    assert.deepEqual(of('Items.DOWNLOAD_COUNT < 9007199254740993', records), ['a'])
    assert.deepEqual(of('Items.DOWNLOAD_COUNT > 1.5', { ...records, c: { DOWNLOAD_COUNT: 1 } }), ['a', 'b'])
    assert.deepEqual(of('Items.PRICE = 100000000000000000000', { a: { PRICE: 1e20 } }), ['a'])
  })

  it('counts the newest 100 interactions of each event type, 300 of actions, or the number it is passed', () => {
    const numbered = (eventType: string) => Array.from({ length: 400 }, (_, i) => [`i${i}`, eventType] as const)
    const pairs = [...numbered('click'), ...numbered('buy').toReversed()]
    const context = eventsOf(...pairs)
    const records = Object.fromEntries(pairs.map(([id]) => [id, {}]))
    const of = (type: DatasetType, filter: string, more = {}) =>
      passed(type, records, `INCLUDE ${filter}`, undefined, { ...context, ...more }).map(id => Number(id.slice(1)))
    const clicked = 'ItemID WHERE Interactions.EVENT_TYPE IN ("Click")'
    assert.deepEqual([of('ITEMS', clicked).length, of('ITEMS', clicked).at(-1)], [100, 99])
    assert.deepEqual(of('ITEMS', 'ItemID WHERE Interactions.EVENT_TYPE = "buy"')[0], 300)
    assert.equal(of('ITEMS', 'ItemID WHERE Interactions.EVENT_TYPE IN (*)').length, 200)
    assert.equal(of('ITEMS', clicked, { interactionsPerEventType: 7 }).length, 7)
    assert.equal(of('ACTIONS', 'ActionID WHERE Action_Interactions.EVENT_TYPE IN ("click")').length, 300)
  })

  it('takes a condition on event types to be about the item', () => {
    const context = eventsOf(['a', 'view'], ['b', 'buy'], ['a', 'buy'], ['c', 'view'])
    const records = { a: {}, b: {}, c: {}, d: {} }
    const viewed = 'Interactions.EVENT_TYPE IN ("view")'
    assert.deepEqual(of(`${viewed} AND Interactions.EVENT_TYPE IN ("buy")`, records, context), ['a'])
    assert.deepEqual(of('Interactions.EVENT_TYPE NOT IN ("view")', records, context), ['b', 'd'])
    assert.deepEqual(of('Interactions.EVENT_TYPE NOT IN ("*")', records, context), ['d'])
  })

  it('leaves out an expression whose IF is false of the user, or whose user has no record', () => {
    const adult =
      'INCLUDE ItemID WHERE Items.GENRE IN ("drama") IF CurrentUser.AGE >= 18 AND CurrentUser.MEMBERSHIP IN ("gold")'
    const cheap = 'INCLUDE ItemID WHERE Items.PRICE <= 10'
    const run = (expression: string, context?: FilterContext) => passed('ITEMS', items, expression, undefined, context)
    const [gold, poor] = [userWith({ AGE: 18, MEMBERSHIP: 'gold|old' }), userWith({ AGE: 18, MEMBERSHIP: 'old' })]
    assert.deepEqual(run(adult, gold), ['film', 'play'])
    for (const context of [poor, {}, { currentUser: { id: 'u', fields: [] } }]) {
      assert.deepEqual(run(adult, context), all)
      assert.deepEqual(run(`${adult} | ${cheap}`, context), ['film'])
    }
  })

  it('compares with the current item, also if it has no record', () => {
    const run = (condition: string, context: FilterContext) => of(condition, items, context)
    assert.deepEqual(run('Items.ITEM_ID != CurrentItem.ITEM_ID AND Items.GENRE = CurrentItem.GENRE', film), ['play'])
    const unknown = { currentItem: { id: 'x', fields: [] } }
    assert.deepEqual(run('Items.PRICE < CurrentItem.PRICE OR Items.GENRE IN CurrentItem.GENRE', unknown), [])
    assert.deepEqual(run('Items.GENRE NOT IN CurrentItem.GENRE', unknown), all)
  })

  it('refuses CurrentItem in a request without a current item', () => {
    assert.throws(() => of('Items.PRICE < CurrentItem.PRICE', items), {
      name: 'InvalidInputException',
      message: 'The filter compares with CurrentItem.PRICE: only related items have a CurrentItem',
    })
  })

  it('finds a field by its place, wherever the id is in the schema', () => {
    assert.deepEqual(passed('USERS', users, 'INCLUDE UserID WHERE Users.AGE = 40 OR Users.USER_ID = "eve"'), [
      'bob',
      'eve',
    ])
    assert.equal(schemas.USERS.fields[1]?.name, 'USER_ID')
  })
})
