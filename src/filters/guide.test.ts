import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { candidateOf, eventsOf, items, passed, type Records, userWith } from '#test/filters.ts'
import type { FilterContext } from './evaluate.ts'
import type { FilterValues } from './values.ts'

/** Each example of the guide: its records, values and context, and the records that it lets through. */
interface Example {
  readonly expression: string
  readonly values?: FilterValues
  readonly context?: FilterContext
  readonly passed: readonly string[]
}

const all = Object.keys(items)
const without = (...ids: readonly string[]) => all.filter(id => !ids.includes(id))
const history = eventsOf(['film', 'click'], ['boot', 'Stream'], ['play', 'favorite'])
const film = { currentItem: candidateOf('ITEMS', 'film', items.film) }

const itemExamples: readonly Example[] = [
  {
    expression: 'EXCLUDE ItemID WHERE Interactions.EVENT_TYPE IN ($EVENT_TYPE)',
    values: { EVENT_TYPE: '"CLICK"' },
    context: history,
    passed: without('film'),
  },
  {
    expression: 'EXCLUDE ItemID WHERE Interactions.EVENT_TYPE IN ("click", "stream")',
    context: history,
    passed: without('film', 'boot'),
  },
  {
    expression: 'INCLUDE ItemID WHERE Interactions.EVENT_TYPE IN ("click")',
    context: history,
    passed: ['film'],
  },
  {
    expression: 'INCLUDE ItemID WHERE Interactions.EVENT_TYPE IN ("*")',
    context: history,
    passed: ['boot', 'film', 'play'],
  },
  {
    expression: 'EXCLUDE ItemID WHERE Items.CATEGORY IN ($CATEGORY)',
    values: { CATEGORY: '"watch","winter"' },
    passed: without('boot', 'watch'),
  },
  {
    expression: 'EXCLUDE ItemID WHERE Items.CATEGORY IN ("$CATEGORY")',
    values: { CATEGORY: '"watch"' },
    passed: without('watch'),
  },
  {
    expression: 'EXCLUDE ItemID WHERE Items.CATEGORY IN ("shoe") AND Items.DESCRIPTION NOT IN ("boot")',
    passed: without('pump'),
  },
  {
    expression: 'EXCLUDE ItemID WHERE Items.CATEGORY_L1 IN ("shoe") AND Items.CATEGORY_L2 NOT IN ("boot")',
    passed: without('pump'),
  },
  {
    expression: 'INCLUDE ItemID WHERE Items.PRICE <= $PRICE',
    values: { PRICE: '50' },
    passed: ['pump', 'film', 'play'],
  },
  {
    expression: 'INCLUDE ItemID WHERE Items.CREATION_TIMESTAMP < $DATE',
    values: { DATE: '2000' },
    passed: ['film'],
  },
  {
    expression: 'INCLUDE ItemID WHERE Items.CREATION_TIMESTAMP > $DATE',
    values: { DATE: '"1000"' },
    passed: ['play'],
  },
  {
    expression: 'INCLUDE ItemID WHERE Items.GENRE IN ($GENRE)',
    values: { GENRE: '"comedy","horror"' },
    passed: ['film'],
  },
  {
    expression: 'INCLUDE ItemID WHERE Items.PRICE < CurrentItem.PRICE AND Items.GENRE IN CurrentItem.GENRE',
    context: { currentItem: candidateOf('ITEMS', 'other', { PRICE: 15, GENRE: 'drama|horror' }) },
    passed: ['film'],
  },
  {
    expression: 'INCLUDE ItemID WHERE Items.PRICE < CurrentItem.PRICE AND Items.CREATION_TIMESTAMP > $DATE',
    values: { DATE: '500' },
    context: film,
    passed: [],
  },
  {
    expression: 'EXCLUDE ItemID WHERE Items.GENRE IN ($GENRE) IF CurrentUser.AGE = $AGE',
    values: { GENRE: '"drama"', AGE: '20' },
    context: userWith({ AGE: 20 }),
    passed: without('film', 'play'),
  },
  {
    expression: 'EXCLUDE ItemID WHERE Items.GENRE IN ($GENRE) IF CurrentUser.AGE = $AGE',
    values: { GENRE: '"drama"', AGE: '20' },
    context: userWith({ AGE: 21 }),
    passed: all,
  },
  {
    expression:
      'INCLUDE ItemID WHERE Items.CATEGORY IN ("watch") AND Items.DESCRIPTION IN ("luxury") IF CurrentUser.AGE > 18',
    context: userWith({ AGE: 19 }),
    passed: ['watch'],
  },
  {
    expression:
      'INCLUDE ItemID WHERE Items.CATEGORY_L1 IN ("watch") AND Items.CATEGORY_L2 IN ("luxury") IF CurrentUser.AGE > 18',
    context: userWith({ AGE: 18 }),
    passed: all,
  },
  {
    expression:
      'INCLUDE ItemID WHERE Items.CATEGORY IN ($CATEGORY) | INCLUDE ItemID WHERE Interactions.EVENT_TYPE IN ("favorite")',
    values: { CATEGORY: '"shoe"' },
    context: history,
    passed: ['boot', 'pump', 'play'],
  },
  {
    expression:
      'INCLUDE ItemID WHERE Items.GENRE IN ($GENRE) | EXCLUDE ItemID WHERE Interactions.EVENT_TYPE IN ("click", "stream")',
    values: { GENRE: '"drama"' },
    context: history,
    passed: ['play'],
  },
  { expression: 'INCLUDE ItemID WHERE Items.OWNER IN ("in-house")', passed: ['watch'] },
  {
    expression: 'INCLUDE ItemID WHERE Items.CATEGORY IN ("clothing") AND Items.AVAILABLE IN ("True")',
    passed: ['film'],
  },
  {
    expression: 'INCLUDE ItemID WHERE Items.CATEGORY IN ("clothing") OR Items.CREATION_TIMESTAMP > $DATE',
    values: { DATE: '5000' },
    passed: ['film', 'play'],
  },
]

const actions: Records = {
  join: { CATEGORY: 'club', VALUE: 100, MEMBERSHIP_LEVEL: 'Premium' },
  read: { CATEGORY: 'news', VALUE: 5, MEMBERSHIP_LEVEL: 'Basic|Premium' },
  rest: { MEMBERSHIP_LEVEL: 'Basic' },
}
const done = eventsOf(['join', 'Not taken'], ['read', 'TAKEN'])

const actionExamples: readonly Example[] = [
  {
    expression: 'INCLUDE ActionID WHERE Action_Interactions.EVENT_TYPE IN ($EVENT_TYPE)',
    values: { EVENT_TYPE: '"Taken","Viewed"' },
    context: done,
    passed: ['read'],
  },
  {
    expression: 'EXCLUDE ActionID WHERE Action_Interactions.EVENT_TYPE IN ("NOT_TAKEN")',
    context: done,
    passed: ['read', 'rest'],
  },
  {
    expression: 'EXCLUDE ActionID WHERE Actions.CATEGORY IN ($CATEGORY)',
    values: { CATEGORY: '"club"' },
    passed: ['read', 'rest'],
  },
  { expression: 'INCLUDE ActionID WHERE Actions.VALUE > ($VALUE)', values: { VALUE: '5' }, passed: ['join'] },
  {
    expression: 'INCLUDE ActionID WHERE Action.MEMBERSHIP_LEVEL IN ("Premium") IF CurrentUser.MEMBERSHIP = $PREMIUM',
    values: { PREMIUM: '"gold"' },
    context: userWith({ MEMBERSHIP: 'gold' }),
    passed: ['join', 'read'],
  },
  {
    expression: 'EXCLUDE ActionID WHERE Actions.VALUE < ($VALUE) IF CurrentUser.MEMBERSHIP = $PREMIUM',
    values: { VALUE: '10', PREMIUM: '"gold"' },
    context: userWith({ MEMBERSHIP: 'gold' }),
    passed: ['join', 'rest'],
  },
]

const users: Records = {
  ann: { AGE: 17, MEMBERSHIP_STATUS: 'gold' },
  bob: { AGE: 40, MEMBERSHIP_STATUS: 'basic' },
  eve: {},
}
const seen = eventsOf(['bob', 'rating'], ['ann', 'buy'], ['bob', 'click'])

const userExamples: readonly Example[] = [
  {
    expression: 'INCLUDE UserID WHERE Users.MEMBERSHIP_STATUS IN ($MEMBERSHIP)',
    values: { MEMBERSHIP: '"gold"' },
    passed: ['ann'],
  },
  { expression: 'EXCLUDE UserID WHERE Users.AGE < $AGE', values: { AGE: '18' }, passed: ['bob', 'eve'] },
  {
    expression: 'INCLUDE UserID WHERE Interactions.EVENT_TYPE IN ("click", "rating")',
    context: seen,
    passed: ['bob'],
  },
  {
    expression: 'EXCLUDE UserID WHERE Interactions.EVENT_TYPE IN ($EVENT_TYPE)',
    values: { EVENT_TYPE: '"buy"' },
    context: seen,
    passed: ['bob', 'eve'],
  },
]

describe('the examples of the guide', () => {
  for (const [type, records, examples] of [
    ['ITEMS', items, itemExamples],
    ['ACTIONS', actions, actionExamples],
    ['USERS', users, userExamples],
  ] as const) {
    for (const { expression, values, context, passed: expected } of examples) {
      it(`${expression} ${values ? JSON.stringify(values) : ''}`, () => {
        assert.deepEqual(passed(type, records, expression, values, context), expected)
      })
    }
  }
})
